// The bar that is always in sight: how much is filled in, whether it is saved, and what may be written in this cell.

import { el, set } from "./dom.js";
import { allowed, formerly } from "./words.js";

export const BROKEN = "b"; // after the points: a touch keyboard for numbers has no letters

export class Bar {
  /** `choose(text)` writes a label or a code with a tap; `handIn` is the page's link to what comes after. */
  constructor(sheet, choose, handIn) {
    Object.assign(this, { sheet, choose });
    this.filled = el("strong", { class: "filled number" });
    this.saved = el("span", { class: "saved" });
    this.cell = el("span");
    this.history = el("a", { class: "history" }, "Historik");
    this.choices = el("div", { class: "choices", role: "group", "aria-label": "Skriv i rutan" });
    this.next = handIn && el("a", { class: "btn btn-primary", href: handIn.href, hidden: true }, handIn.textContent);
    const lines = [el("p", { class: "told" }, this.filled, this.saved, this.next), el("p", { class: "here" }, this.history, this.cell)];
    this.element = el("div", { class: "sheet-bar" }, ...lines, this.choices);
  }

  count(filled, expected) {
    const all = expected ? `/${expected}` : ""; // a school's own measure: all of it may stay empty
    this.filled.textContent = `${filled}${all} ifyllda`;
    if (this.next) this.next.hidden = !expected || filled < expected;
  }

  save({ text, isSaved }) {
    this.saved.textContent = text;
    this.saved.classList.toggle("unsaved", !isSaved);
  }

  /** The cell that has the focus; `typed` is what is being written in it. */
  show(place, typed) {
    const { rows, measures } = this.sheet;
    const [row, measure, cell] = [rows[place.row], measures[place.column], this.sheet.cell(place)];
    const odd = cell.unusual && `Ovanligt: ${cell.unusual}. Stämmer det?`;
    const level = typed === null && this.sheet.level(cell.level);
    const closed = !this.sheet.isReadOnly && row.part.closed; // one class of several: the page's notice is far away
    const said = typed === null ? odd : this.#meaning(typed, place);
    const judged = level && `${this.sheet.shown(place)} ${level.word.toLowerCase()}`;
    const parts = [`${measure.name}: ${closed || allowed(measure)}`, formerly(measure, cell), judged, said].filter(Boolean);
    this.choices.hidden = Boolean(closed);
    this.cell.replaceChildren(el("b", {}, row.called), ` ${parts.join(" · ")}`);
    set(this.history, "href", cell.version > 0 && row.history && `${row.history}${measure.code}`);
    if (this.measure !== measure && !this.sheet.isReadOnly) this.#offer(measure);
    this.measure = measure;
  }

  /** From the cell to what it remembers, by the keyboard; false where nothing has stood there. */
  enter() {
    if (!this.history.hasAttribute("href")) return false;
    this.history.focus();
    return true;
  }

  /** A letter that stands for a word is told as the word. */
  #meaning(typed, place) {
    const { absence } = this.sheet.read(typed, place.column);
    return absence && `${typed.trim()} = ${this.sheet.codes.find((code) => code.absence === absence).word}`;
  }

  #offer(measure) {
    const labels = measure.labels.map((label, place) => this.#choice(label, String(place + 1), label));
    const codes = this.sheet.codes.map(({ letter, word }) => this.#choice(word, letter, letter));
    const broken = labels.length ? [] : [this.#choice("avbrutet", "b", BROKEN)];
    this.choices.replaceChildren(...labels, ...codes, ...broken);
  }

  #choice(word, key, text) {
    const choice = el("button", { type: "button", class: "choice", tabindex: "-1" }, el("kbd", {}, key), word);
    choice.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the cell
    choice.addEventListener("mousedown", (event) => event.preventDefault());
    choice.addEventListener("click", () => this.choose(text));
    set(choice, "title", `${key}: ${word}`);
    return choice;
  }
}
