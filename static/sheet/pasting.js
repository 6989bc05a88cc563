// What a pasted block or a file would do to the sheet: which column is which measure, which row is which pupil,
// and what becomes of every cell. Nothing is changed here.

import { fold, isBlank, read, valueShown, written } from "./cells.js";
import { Names } from "./names.js";

export const NAME = "name";
export const SKIP = "";

/** @typedef {{first: number, hasHeader: boolean, columns: (string|number)[], byName: boolean}} Layout */

/** A first guess at what the columns are: NAME, SKIP or the place of a measure. */
export function guess(table, sheet, start) {
  const header = headerOf(table[0] ?? [], sheet.measures);
  const body = header ? table.slice(1) : table;
  const names = nameColumns(body, sheet, header);
  let next = start.column;
  const columns = (table[0] ?? []).map((_cell, place) => {
    if (names.includes(place)) return NAME;
    if (header) return header[place] ?? SKIP;
    const measure = next < sheet.measures.length ? next : SKIP;
    next += 1;
    return measure;
  });
  return { columns, hasHeader: header !== null };
}

/**
 * The measures by their headers: code, name or a unit that no other has, or the beginning of a name; null when no
 * cell is a header.
 */
function headerOf(cells, measures) {
  const isAlone = ({ unit }) => unit && measures.filter((one) => one.unit === unit).length === 1;
  const keys = measures.map((one) => [one.code, one.name, ...(isAlone(one) ? [one.unit] : [])].map(bare));
  const found = cells.map((cell) => {
    const told = bare(cell);
    const exact = keys.findIndex((key) => key.includes(told));
    if (exact >= 0 || told.length < 4) return exact >= 0 ? exact : null;
    const near = keys.flatMap(([, name], place) => (name.startsWith(told) ? [place] : []));
    return near.length === 1 ? near[0] : null;
  });
  const isNameHeader = cells.some((cell) => ["namn", "elev", "elevnamn", "förnamn", "elevid", "klass"].includes(bare(cell)));
  return isNameHeader || found.some((place) => place !== null) ? found : null;
}

const bare = (text) => fold(text.normalize("NFC")).replace(/[\s_-]+/g, "");

/** One column with whole names, or neighbours that make them together: class, first name, family name. */
function nameColumns(body, sheet, header) {
  const names = new Names(sheet.rows);
  const width = body[0]?.length ?? 0;
  const share = (places) => names.count(body.map((row) => nameIn(row, places))) / Math.max(1, body.length);
  let best = { places: [], share: 0.49 };
  for (let place = 0; place < width; place += 1) {
    const runs = [[place], [place, place + 1], [place, place + 1, place + 2]];
    for (const places of runs.filter((one) => one.at(-1) < width)) {
      const isFree = places.every((one) => header?.[one] === undefined || header[one] === null);
      if (isFree && share(places) > best.share) best = { places, share: share(places) };
    }
  }
  return best.places;
}

const nameIn = (row, places) => places.map((place) => row[place]).join(" ").trim();

/** Every cell with what would become of it, and the counts the preview tells. */
export function plan(table, layout, sheet, start) {
  const names = new Names(sheet.rows);
  const nameAt = layout.columns.flatMap((meaning, place) => (meaning === NAME ? [place] : []));
  const body = table.slice(layout.hasHeader ? 1 : 0);
  const rows = body.map((cells, number) => {
    const name = nameIn(cells, nameAt);
    const target = nameAt.length ? byName(name, names) : byPlace(start.row + number, sheet);
    return { number: number + (layout.hasHeader ? 2 : 1), name, ...target, cells: [...cells] };
  });
  refuseTwins(rows, nameAt.length > 0);
  for (const row of rows) {
    row.cells = row.cells.map((text, place) => cellOf(text, row, layout.columns[place], sheet));
  }
  return { rows, named: nameAt.length ? namedOf(rows) : null, ...countsOf(rows) };
}

function byName(name, names) {
  const found = name ? names.find(name) : null;
  if (typeof found === "number") return { row: found, reason: null };
  if (!name) return { row: null, reason: "Raden har inget namn." };
  const reason = found === null ? "Ingen elev på bladet heter så." : "Flera elever heter så: skriv för hand.";
  return { row: null, reason };
}

const byPlace = (row, sheet) =>
  row < sheet.rows.length ? { row, reason: null } : { row: null, reason: "Det finns inga fler elever på bladet." };

function refuseTwins(rows, isNamed) {
  if (!isNamed) return;
  const places = rows.map((row) => row.row);
  for (const row of rows) {
    if (row.row === null || places.indexOf(row.row) === places.lastIndexOf(row.row)) continue;
    row.reason = "Eleven står på flera rader.";
    row.isTwin = true;
  }
  for (const row of rows) if (row.isTwin) row.row = null;
}

/** `kind`: name, skipped, blank, refused, same, new or replaces. */
function cellOf(text, row, column, sheet) {
  if (column === NAME || column === SKIP) return { text, kind: column === NAME ? "name" : "skipped" };
  const measure = sheet.measures[column];
  const found = read(text, measure, sheet.codes);
  if (isBlank(found)) return { text, kind: "blank" };
  const reason = row.reason ?? found.reason;
  if (reason) return { text, kind: "refused", reason, isRow: Boolean(row.reason) };
  const standing = sheet.rows[row.row].cells[column];
  const { closed } = sheet.rows[row.row].part ?? {};
  if (closed) return { text, kind: "refused", reason: closed };
  if (!standing.is_open) return { text, kind: "refused", reason: `${measure.name} ingår inte för eleven.` };
  const after = written(measure, found, sheet.codes);
  const kind = after === standing.text ? "same" : standing.text === "" ? "new" : "replaces";
  const says = said(found, measure, sheet.codes);
  return { text, kind, after, before: standing.text, says, row: row.row, column };
}

/** As people read it: the word of a code, a label, a number; never a number for a label. */
function said(reading, measure, codes) {
  if (reading.absence) return codes.find((code) => code.absence === reading.absence).word;
  return valueShown(measure, reading.points) + (reading.broken && !measure.labels.length ? " avbrutet" : "");
}

const namedOf = (rows) => ({ right: rows.filter((row) => row.row !== null).length, all: rows.length });

function countsOf(rows) {
  const cells = rows.flatMap((row) => row.cells);
  const of = (kind) => cells.filter((cell) => cell.kind === kind);
  return { fresh: of("new"), replaces: of("replaces"), same: of("same"), refused: of("refused") };
}

/** Two columns that mean the same measure cannot both be right. */
export function doubled(columns) {
  return columns.some((meaning, place) => typeof meaning === "number" && columns.indexOf(meaning) !== place);
}
