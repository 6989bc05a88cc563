// The day a test was taken, and whether the agreed text was read: one of each per column for what is filled in now,
// another for a single cell where it differs.

import { ask } from "./dialogs.js";
import { el, set } from "./dom.js";
import { columnText, NO_TEXT, ownText } from "./texts.js";

export const toolName = (measures) => (measures.some((measure) => measure.same_text) ? "Provdatum och text" : "Provdatum");

/** `limits` are the first and last day that are possible; `changed(writes)` stores days and texts of filled cells. */
export function askForDays(sheet, place, limits, { changed, onClosed }) {
  const fields = sheet.measures.map((measure, column) => columnField(sheet, measure, column, limits));
  const cell = place && sheet.cell(place);
  const own = cell?.text && sheet.isWritable(place.row, place.column) ? ownField(sheet, place, limits) : null;
  const here = place ? fields[place.column] : null;
  const others = fields.filter((field) => field !== here).map((field) => field.element);
  const more = here && others.length ? [el("details", {}, el("summary", {}, "Övriga mått"), ...others)] : others;
  const content = el("div", { class: "days" }, own?.element, here?.element, ...more);
  const every = [...fields, ...(own ? [own] : [])];
  const isText = place && sheet.measures[place.column].same_text;
  const { dialog } = ask(toolName(place ? [sheet.measures[place.column]] : sheet.measures), content, {
    yes: isText ? "Använd datum och text" : "Använd datumen",
    onYes() {
      const wrong = every.find((field) => !field.check());
      if (wrong) return show(wrong);
      const moved = fields.flatMap((field) => field.writes());
      const single = own?.writes() ?? [];
      const isOwn = (write) => single.some((one) => one.row === write.row && one.column === write.column);
      changed([...moved.filter((write) => !isOwn(write)), ...single]);
      return true;
    },
    onClosed,
  });
  (own ?? here)?.input.focus();
  return dialog;
}

/** The field that is wrong, out of its fold; the question stays open. */
function show({ element, input }) {
  const fold = element.closest("details");
  if (fold) fold.open = true;
  input.focus();
  return false;
}

function columnField(sheet, measure, column, limits) {
  const cells = sheet.rows.map((row, place) => ({ place, cell: row.cells[column] }));
  const filled = cells.filter(({ place, cell }) => cell.text && sheet.isWritable(place, column));
  const field = dayField(measure.name, sheet.days[column], limits);
  const moves = el("input", { type: "checkbox", class: "form-check-input" });
  const told = `Byt också på det som är ifyllt (${filled.length})`;
  if (filled.length) field.element.append(el("label", { class: "move" }, moves, told));
  const text = measure.same_text ? columnText(sheet, column, filled.length) : NO_TEXT;
  field.element.append(...text.elements);
  const writes = () => {
    sheet.days[column] = field.input.value;
    const [day, isOther] = [moves.checked ? field.input.value : undefined, text.told()];
    return filled.map(({ place, cell }) => ({ row: place, column, text: cell.text, day, isOther }));
  };
  return { ...field, writes };
}

function ownField(sheet, place, limits) {
  const cell = sheet.cell(place);
  const name = `Bara ${sheet.rows[place.row].called}, ${sheet.measures[place.column].name}`;
  const field = dayField(name, cell.assessed_on, limits);
  const text = sheet.measures[place.column].same_text ? ownText(sheet, place) : NO_TEXT;
  field.element.append(...text.elements);
  const writes = () => {
    const [day, isOther = cell.is_on_other_text] = [field.input.value, text.told()];
    const isNews = day !== cell.assessed_on || isOther !== cell.is_on_other_text;
    return isNews ? [{ ...place, text: cell.text, day, isOther }] : [];
  };
  return { ...field, writes };
}

function dayField(name, value, { min, max }) {
  const input = el("input", { type: "date", class: "form-control", required: true, min, max });
  input.value = value ?? "";
  const fault = el("p", { class: "fault" });
  const element = el("div", { class: "field" }, el("label", {}, name, input), fault);
  const check = () => {
    const isRight = input.checkValidity();
    set(input, "aria-invalid", !isRight && "true");
    fault.textContent = isRight ? "" : `Skriv ett datum från ${min} till ${max}.`;
    return isRight;
  };
  return { element, input, check };
}
