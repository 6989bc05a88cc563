// What is said about a cell: to the eye in the bar, to the ear as the cell's name.

import { valueShown } from "./cells.js";

/** "Rätt lästa ord per minut" inside a sentence; names with capitals of their own (LUS, LegiLexi) keep them. */
export function inSentence(name) {
  const first = name.split(" ")[0];
  return /^\p{Lu}\p{Ll}*$/u.test(first.replace(/[:,]$/, "")) ? name[0].toLowerCase() + name.slice(1) : name;
}

const SAID = {
  failed: () => "inte sparat ännu",
  refused: ({ reason }) => `inte sparat: ${reason ?? ""}`,
  conflict: ({ text, theirs, by }) =>
    `krock: ${by ?? "någon annan"} skrev ${theirs || "tomt"}; tryck 1 för ditt ${text || "tomt"}, 2 för det andra`,
};

/** "Alva, rätt lästa ord per minut, 34, nära målet" */
export function cellName(sheet, place) {
  const { row, column } = place;
  const cell = sheet.cell(place);
  const parts = [sheet.rows[row].spoken, inSentence(sheet.measures[column].name)];
  if (!cell.is_open) return [...parts, "ingår inte"].join(", ");
  parts.push(...valueParts(sheet, place));
  if (cell.is_on_other_text) parts.push("annan text");
  if (cell.unusual) parts.push("ovanligt värde");
  if (SAID[cell.state]) parts.push(SAID[cell.state](cell));
  return parts.join(", ");
}

/** "34, nära målet": what is told when the cell is left. */
export function valueParts(sheet, place) {
  const cell = sheet.cell(place);
  const value = sheet.shown(place);
  const level = sheet.level(cell.level);
  return [value || "tomt", cell.reading.broken && "avbrutet", level && level.word.toLowerCase()].filter(Boolean);
}

/** What may be typed in a column: "0–29 antal" or the labels with their keys. */
export function allowed(measure) {
  if (measure.labels.length) return measure.labels.map((label, place) => `${place + 1} ${label}`).join(" · ");
  return `${measure.minimum.replace(".", ",")}–${measure.maximum.replace(".", ",")} ${measure.unit}`;
}

/** "våren 2025/26: 40": not always the last window, as pupils are away. */
export const formerly = (measure, { before, before_in: when }) =>
  before === null ? null : `${when}: ${valueShown(measure, before)}`;

export const counted = (count, one, several) => `${count} ${count === 1 ? one : several}`;
