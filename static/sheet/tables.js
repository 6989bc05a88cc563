// Blocks of cells to and from other programs: tab-separated text, as Excel, LibreOffice and Google Sheets give it.

const DANGEROUS = /^[=+\-@|%＝＋－＠｜％\t\r]/; // what a spreadsheet takes for the start of a formula
const NUMBER = /^-?[0-9]+(?:,[0-9]+)?$/;

/** Text as rows of cells, all of one width; cells in quotes may hold tabs and line breaks. */
export function parseTable(text) {
  const rows = parseRows(text.replace(/^\ufeff/, ""), separatorOf(text));
  while (rows.length && rows.at(-1).every((cell) => !cell)) rows.pop();
  const width = Math.max(0, ...rows.map((row) => row.length));
  return rows.map((row) => [...row, ...Array(width - row.length).fill("")]);
}

function separatorOf(text) {
  if (text.includes("\t")) return "\t";
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  return lines.every((line) => line.includes(";")) ? ";" : "\t"; // CSV; its commas are decimal commas
}

function parseRows(text, separator) {
  const rows = [[]];
  let cell = "";
  let isQuoted = false;
  for (let place = 0; place < text.length; place += 1) {
    const sign = text[place];
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[place + 1] === '"') cell += text[(place += 1)];
      else isQuoted = false;
    } else if (sign === '"' && !cell) isQuoted = true;
    else if (sign === separator || sign === "\n") {
      rows.at(-1).push(cell);
      cell = "";
      if (sign === "\n") rows.push([]);
    } else if (sign !== "\r") cell += sign;
  }
  rows.at(-1).push(cell);
  return rows.map((row) => row.map((one) => one.trim()));
}

/** Rows of cells as tab-separated text. Numbers stay numbers; other text cannot become a formula. */
export function writeTable(rows) {
  return rows.map((row) => row.map(guarded).join("\t")).join("\n");
}

export function guarded(text) {
  const flat = text.replace(/[\t\r\n]+/g, " ");
  return !NUMBER.test(flat) && DANGEROUS.test(text) ? `'${flat}` : flat;
}
