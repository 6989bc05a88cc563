// The field in which a cell is written. One at a time, made anew for each cell, so that a touch keyboard stays up
// when the focus goes from one to the next.

import { complete } from "./completion.js";
import { el, set } from "./dom.js";

const LONGEST = 100;

export class Editor {
  place = null;
  isCaret = false; // arrows move in the text (F2), not between cells
  fault = null;

  constructor(sheet, cells) {
    Object.assign(this, { sheet, cells });
  }

  get isOpen() {
    return this.place !== null;
  }

  get text() {
    return this.input.value;
  }

  /** Open the cell with a text of its own, all of it selected unless the caret is wanted. */
  open(place, { isCaret = false, text = null, label, onInput }) {
    Object.assign(this, { place, isCaret, td: this.cells.at(place), fault: null });
    const measure = this.sheet.measures[place.column];
    this.before = this.sheet.cell(place).text;
    this.input = el("input", {
      class: "value", "aria-label": label, maxlength: LONGEST,
      inputmode: measure.labels.length ? "text" : "decimal", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "next",
    });
    this.input.value = text ?? this.before;
    this.input.addEventListener("input", (event) => {
      this.#unmark();
      const isWord = measure.labels.length > 0 && event.inputType?.startsWith("insert");
      if (isWord) complete(this.input, measure, this.sheet.codes);
      onInput(this.text);
    });
    this.td.classList.add("writing");
    this.td.replaceChildren(this.input);
    this.input.focus();
    if (text === null && !isCaret) this.input.select();
  }

  /** As if a letter had been typed after the rest. */
  append(letter) {
    if (!this.text.endsWith(letter)) this.input.value += letter;
    this.input.dispatchEvent(new InputEvent("input"));
  }

  /** Take the field away; the caller paints the cell. */
  close() {
    this.td.classList.remove("writing", "faulty");
    Object.assign(this, { place: null, input: null, td: null, fault: null });
  }

  /** Say no: the text stays, the cell is marked, the focus is left where it is. */
  refuse(reason) {
    this.#unmark();
    this.fault = el("p", { class: "fault", id: "sheet-fault" }, `Inte sparat. ${reason}`);
    this.td.classList.add("faulty");
    this.td.append(this.fault);
    set(this.input, "aria-invalid", "true");
    set(this.input, "aria-describedby", "sheet-fault");
  }

  #unmark() {
    this.fault?.remove();
    this.fault = null;
    this.td.classList.remove("faulty");
    set(this.input, "aria-invalid", null);
    set(this.input, "aria-describedby", null);
  }
}
