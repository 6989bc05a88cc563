// What people type in a cell, read exactly as assessments/cells.py and recording.refusal read it
// (tests/browser/test_sheet_rules.py compares them). The server has the last word all the same.

import { shown, thousandths } from "./numbers.js";

// Python's whitespace: JavaScript's \s leaves out the first separators and takes in U+FEFF.
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;
const NUMBER = /^([-−]?)([0-9]{1,9})(?:[.,]([0-9]{1,9}))? *([bB]?)$/;
const TOO_LONG = /^(?:[-−]?[0-9]{10,}(?:[.,][0-9]*)? *[bB]?|[-−]?[0-9]+[.,][0-9]{10,} *[bB]?)$/;
const PLACES = 3;
const KEPT_SHORT = 20;

/** @typedef {{points: number|null, absence: string|null, broken: boolean, reason: string|null}} Reading */

/** What a text says for a measure of the sheet; `reason` tells in Swedish why it cannot be stored. */
export function read(text, measure, codes) {
  const found = readShape(text, measure, codes);
  const reason = found.reason ?? refusal(measure, found.points);
  return reason ? { ...nothing(), reason } : found;
}

export const isBlank = (reading) => reading.points === null && !reading.absence && !reading.reason;

/** Shape only: is it a number, a code, a label? */
export function readShape(text, measure, codes) {
  const told = text.replace(SPACES, " ").replace(/^ | $/g, "");
  if (!told) return nothing();
  const folded = fold(told);
  const code = codes.find((one) => folded === one.letter || folded === fold(one.word));
  if (code) return { ...nothing(), absence: code.absence };
  const place = measure.labels.findIndex((label) => fold(label) === folded);
  const [first, step] = [thousandths(measure.minimum), thousandths(measure.step)];
  if (place >= 0) return { ...nothing(), points: first + place * step };
  const number = NUMBER.exec(told);
  if (!number) return { ...nothing(), reason: whyNot(told, measure, codes) };
  const [, minus, whole, part = "", broken] = number;
  if (/[1-9]/.test(part.slice(PLACES))) {
    return { ...nothing(), reason: `”${short(told)}” har fler än ${PLACES} decimaler.` };
  }
  const size = Number(whole) * 1000 + Number(part.padEnd(PLACES, "0").slice(0, PLACES));
  return { ...nothing(), points: minus ? 0 - size : size, broken: broken !== "" };
}

/** Why the points cannot stand for this measure; null when they can. */
export function refusal(measure, points) {
  if (points === null) return null;
  const low = thousandths(measure.minimum);
  if (points < low || points > thousandths(measure.maximum)) {
    if (measure.labels.length) return `${measure.name} är ${measure.labels.slice(0, -1).join(", ")} eller ${measure.labels.at(-1)}.`;
    return `${measure.name} går från ${comma(measure.minimum)} till ${comma(measure.maximum)}.`;
  }
  if ((points - low) % thousandths(measure.step) === 0) return null;
  return `${measure.name} anges i steg om ${comma(measure.step)}.`;
}

/** What a person types to say the same: the opposite of `read`. */
export function written(measure, reading, codes) {
  if (reading.absence) return codes.find((code) => code.absence === reading.absence).letter;
  if (reading.points === null) return "";
  return valueShown(measure, reading.points) + (reading.broken && !measure.labels.length ? "b" : "");
}

/** The points as people read them: the label, or the number with a decimal comma. */
export function valueShown(measure, points) {
  if (!measure.labels.length) return shown(points);
  return measure.labels[(points - thousandths(measure.minimum)) / thousandths(measure.step)];
}

/** Without case, close enough to Python's casefold: ß is ss, the dotless i stays itself. */
export const fold = (text) =>
  [...text].map((sign) => (sign === "ı" ? sign : sign.toLowerCase().toUpperCase().toLowerCase())).join("");

const nothing = () => ({ points: null, absence: null, broken: false, reason: null });

const comma = (number) => number.replace(".", ",");

function whyNot(told, measure, codes) {
  if (TOO_LONG.test(told)) return `”${short(told)}” är ett för långt tal.`;
  if (fold(told) === "b") return "Skriv poängen före b, till exempel 12b.";
  const letters = codes.map((code) => code.letter).join(", ");
  return measure.labels.length
    ? `”${short(told)}” går inte att läsa. Skriv ${measure.labels.join(", ")} eller ${letters}.`
    : `”${short(told)}” går inte att läsa. Skriv ett tal, ett tal med b (avbrutet) eller ${letters}.`;
}

function short(told) {
  const signs = [...told];
  return signs.length <= KEPT_SHORT ? told : signs.slice(0, KEPT_SHORT).join("") + "…";
}
