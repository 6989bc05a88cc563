// How a cell looks: value, level (shape, letter, tint), how it is saved, and what is wrong.

import { el, set, shape } from "./dom.js";
import { cellName } from "./words.js";

const SIGNS = { // none while a text is on its way into the browser's store: a dot says that it is kept
  waiting: ["•", "Väntar på att sparas"],
  sending: ["•", "Sparas"],
  stored: ["✓", "Sparat"],
  failed: ["!", "Inte sparat ännu"],
  refused: ["!", "Inte sparat"],
  conflict: ["!", "Krock"],
};
const CLASSES = ["closed", "faulty", "unusual", "empty"];

/** Fill the table's cell; the name is what a screen reader says. */
export function paint(td, sheet, place) {
  const cell = sheet.cell(place);
  const states = {
    closed: !cell.is_open,
    empty: cell.is_open && !cell.text,
    faulty: ["refused", "conflict"].includes(cell.state),
    unusual: Boolean(cell.unusual),
  };
  for (const name of CLASSES) td.classList.toggle(name, states[name]);
  set(td, "aria-label", cellName(sheet, place));
  set(td, "aria-disabled", states.closed && "true");
  set(td, "aria-readonly", !sheet.isReadOnly && sheet.rows[place.row].part.closed && "true");
  set(td, "aria-invalid", states.faulty && "true");
  td.replaceChildren(states.closed ? el("span", { class: "quiet small" }, "ingår inte") : face(sheet, place));
  const day = cell.assessed_on;
  if (day && day !== sheet.days[place.column] && day !== sheet.measures[place.column].assessed_on) {
    td.append(el("span", { class: "note" }, day));
  }
  if (cell.is_on_other_text) td.append(el("span", { class: "note" }, "annan text"));
  if (cell.state === "refused") td.append(el("span", { class: "told-why fault" }, refused(cell)));
  if (cell.state === "conflict") td.append(el("span", { class: "note" }, `eller ${cell.theirs || "tomt"}`), conflict(cell));
}

const refused = ({ reason, saved }) =>
  ["Inte sparat.", reason, saved.text && `${saved.text} gäller fortfarande.`, "Skriv på nytt, eller Esc för att ångra."]
    .filter(Boolean)
    .join(" ");

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** "2026-10-15 10.42", as the server's clock in Sweden has it. */
const moment = (at) => `${at.slice(0, 10)} ${at.slice(11, 13)}.${at.slice(14, 16)}`;

/** Both values side by side, over the cells below; 1 and 2 choose, and so do the buttons (page.js listens). */
function conflict({ text, theirs, by, at }) {
  const choice = (key, whose, words) =>
    el("button", { type: "button", class: "choice", tabindex: "-1", "data-whose": whose }, el("kbd", {}, key), words);
  const when = at ? `, ${moment(at)}` : "";
  return el(
    "span",
    { class: "told-why" },
    el("span", { class: "fault" }, `${capital(by ?? "någon annan")} skrev ${theirs || "tomt"}${when}.`),
    choice("1", "mine", `Ditt: ${text || "tomt"}`),
    choice("2", "theirs", `Det andra: ${theirs || "tomt"}`),
  );
}

const level = ({ code, letter }, value) =>
  el("span", { class: `level level-${code}` }, value, shape(code), el("span", {}, letter));

/** The value with its marks, on one line. */
function face(sheet, place) {
  const cell = sheet.cell(place);
  const isWord = Boolean(cell.reading.absence) || sheet.measures[place.column].labels.length > 0;
  const value = el("span", { class: isWord ? "word" : "number" }, sheet.shown(place));
  if (cell.reading.broken) value.append(el("span", { class: "note" }, "avbrutet"));
  const known = sheet.level(cell.level);
  const mark = known ? level(known, value) : value;
  const [sign, title] = SIGNS[cell.state] ?? ["", null];
  return el(
    "span",
    { class: "face" },
    mark,
    cell.unusual && el("span", { class: "odd", title: cell.unusual }, "?"),
    sign && el("span", { class: `sign sign-${cell.state}`, title }, sign),
  );
}
