// Blocks of cells to and from other programs: tab-separated text, as Excel, LibreOffice and Google Sheets give it.

const DANGEROUS = /^[=+\-@|%＝＋－＠｜％\t\r]/; // what a spreadsheet takes for the start of a formula
const NUMBER = /^-?[0-9]+(?:,[0-9]+)?$/;

/**
 * Text as rows of cells, all of one width. Plain text has all that is needed: the HTML beside it wraps long cells and
 * shows numbers as wide as their columns (tests/browser/test_measure_grid.py has what each program gives).
 */
export function parseTable(text) {
  const lines = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n"); // Excel on a Mac: \r alone
  const rows = parseRows(lines, separatorOf(lines));
  while (rows.length && rows.at(-1).every((cell) => !cell)) rows.pop();
  const width = Math.max(0, ...rows.map((row) => row.length));
  return rows.map((row) => [...row, ...Array(width - row.length).fill("")]);
}

function separatorOf(text) {
  if (text.includes("\t")) return "\t";
  const lines = text.split("\n").filter((line) => line.trim());
  return lines.every((line) => line.includes(";")) ? ";" : "\t"; // CSV; its commas are decimal commas
}

/**
 * A cell in quotes may hold tabs and line breaks, and ends with its quote. One that only begins with a quote is what
 * somebody wrote: Excel and LibreOffice leave it as it is.
 */
function parseRows(text, separator) {
  const cell = new RegExp(`(?:"((?:[^"]|""){0,1000})"|([^${separator}\n]*))(${separator}|\n|$)`, "y");
  const rows = [[]];
  for (let after = null; after !== ""; ) {
    const [, quoted, plain, end] = cell.exec(text);
    rows.at(-1).push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (end === "\n") rows.push([]);
    after = end;
  }
  return rows;
}

/** Rows of cells as tab-separated text. Numbers stay numbers; other text cannot become a formula. */
export function writeTable(rows) {
  return rows.map((row) => row.map(guarded).join("\t")).join("\n");
}

export function guarded(text) {
  const flat = text.replace(/[\t\r\n]+/g, " ");
  return !NUMBER.test(flat) && DANGEROUS.test(text) ? `'${flat}` : flat;
}
