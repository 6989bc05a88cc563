// Which text a pupil read: the one agreed for the window, or another, whose results are not compared with it.

import { el } from "./dom.js";

const box = (words, isChecked) => {
  const input = el("input", { type: "checkbox", class: "form-check-input" });
  input.checked = isChecked;
  return { input, element: el("label", { class: "move" }, input, words) };
};

/** For a column: what is filled in now, and perhaps what stands there. `told()` is for the latter, undefined: as it is. */
export function columnText(sheet, column, count) {
  const now = box("Det jag fyller i nu lästes på en annan text", sheet.onOtherText[column]);
  const moves = box(`Texten gäller också det som är ifyllt (${count})`, false);
  const told = () => {
    sheet.onOtherText[column] = now.input.checked;
    return moves.input.checked ? now.input.checked : undefined;
  };
  return { elements: count ? [now.element, moves.element] : [now.element], told };
}

/** For one result that stands. */
export function ownText(sheet, place) {
  const other = box("Läst på en annan text", sheet.cell(place).is_on_other_text);
  return { elements: [other.element], told: () => other.input.checked };
}

export const NO_TEXT = { elements: [], told: () => undefined };
