// The grid: where the focus is, and what the keyboard, the mouse and fingers do there.

import { written } from "./cells.js";
import { Editor } from "./editor.js";
import { moving, writing } from "./keys.js";
import { Moves } from "./moves.js";
import { Selection } from "./selection.js";
import { cellName, inSentence, valueParts } from "./words.js";

export class Grid {
  place = null;
  isAcross = false;

  /** `parts`: actions, speech, and what happens outside the grid: moved(place, typed), settle, giveUp, dates, history. */
  constructor(sheet, cells, parts) {
    Object.assign(this, { sheet, cells, ...parts });
    this.moves = new Moves(sheet.rows.length, sheet.measures.length, sheet.isOpen, sheet.isWritable);
    this.selection = new Selection(cells, this.moves);
    this.editor = new Editor(sheet, cells);
    cells.table.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Whether the keys move about: the focus is on a cell that is not written in. */
  get isMoving() {
    return !this.editor.isOpen && this.cells.placeOf(document.activeElement) !== null;
  }

  /** Text that is in a field and cannot be stored. */
  get drafts() {
    return this.editor.isOpen && this.editor.fault ? 1 : 0;
  }

  /** The tab stop of the grid, without taking the focus there. */
  stand(place) {
    if (this.place) this.cells.at(this.place).tabIndex = -1;
    this.place = place;
    this.cells.at(place).tabIndex = 0;
    this.moved(place, null);
  }

  focus(place, options) {
    this.stand(place);
    this.cells.at(place).focus({ preventScroll: true });
    if (options?.preventScroll) return;
    this.cells.show(place);
    this.cells.showHead();
  }

  /** Back to the cell that had the focus, after a question. */
  comeBack() {
    if (this.place) this.focus(this.place);
  }

  /** Go on to a cell; with a finger on the screen it is written in at once, so that the keyboard stays up. */
  go(place, isWriting = false) {
    this.selection.clear();
    if (isWriting) this.write(place);
    else this.focus(place);
  }

  write(place, options = {}) {
    if (this.#isLocked(place)) return undefined;
    this.selection.clear();
    this.stand(place);
    this.cells.show(place);
    const label = `${this.sheet.rows[place.row].spoken}, ${inSentence(this.sheet.measures[place.column].name)}`;
    return this.editor.open(place, { label, onInput: (text) => this.moved(place, text), ...options });
  }

  /** Nothing can be typed here, and why is said. */
  #isLocked({ row }) {
    const { closed } = this.sheet.rows[row].part;
    if (!this.sheet.isReadOnly && !closed) return false;
    this.speech.say(this.sheet.isReadOnly ? "Bladet går bara att läsa." : closed);
    return true;
  }

  /** Store what is in the field; false when it cannot be, and then everything stays as it is. */
  commit() {
    if (!this.editor.isOpen) return true;
    const { place, text } = this.editor;
    const reading = this.sheet.read(text, place.column);
    if (reading.reason) {
      this.editor.refuse(reading.reason);
      this.speech.say(reading.reason);
      this.moved(place, text);
      if (!this.cells.isInSight(place)) this.cells.show(place); // else nothing moves under the fingers
      this.cells.layWhyNot();
      return false;
    }
    this.editor.close();
    this.#store(place, reading);
    this.cells.paint(place);
    return true;
  }

  /** Store it and leave the field open: the window is about to lose the focus or the page. */
  keep() {
    if (!this.editor.isOpen || this.sheet.isReadOnly) return;
    const reading = this.sheet.read(this.editor.text, this.editor.place.column);
    if (!reading.reason) this.#store(this.editor.place, reading);
  }

  #store(place, reading) {
    const text = written(this.sheet.measures[place.column], reading, this.sheet.codes);
    if (!this.actions.store([{ ...place, text }])) return;
    const told = [this.sheet.rows[place.row].spoken, ...valueParts(this.sheet, place)].join(", ");
    const odd = this.sheet.cell(place).unusual; // the eye sees it at once
    this.speech.say(odd ? `${told}. Ovanligt: ${odd}.` : told);
  }

  #key(event) {
    const isHere = this.cells.placeOf(event.target);
    if (!isHere || event.target.closest("button")) return;
    if (!this.editor.isOpen && this.#chose(event)) return;
    const command = this.editor.isOpen ? writing(event, this.editor.isCaret) : moving(event);
    if (!command) return;
    const [name, ...told] = command;
    if (this.#commands[name](...told) !== false) event.preventDefault();
  }

  /** 1 and 2 choose between two values of one cell. */
  #chose(event) {
    const whose = { 1: "mine", 2: "theirs" }[event.key];
    if (!whose || event.ctrlKey || event.altKey || this.sheet.cell(this.place).state !== "conflict") return false;
    event.preventDefault();
    this.settle(this.place, whose);
    return true;
  }

  #leave(next) {
    const isWriting = this.editor.isOpen && this.isTouched;
    if (this.commit()) this.go(next(), isWriting);
  }

  // Each says false where the key is the browser's after all.
  #commands = {
    step: (down, right) => this.#leave(() => this.moves.step(this.place, down, right)),
    enter: (isBack) => this.#leave(() => this.moves.enter(this.place, this.isAcross, isBack)),
    page: (way) => this.#leave(() => this.moves.page(this.place, way * this.cells.rowsShown)),
    rowEnd: (isEnd) => this.#leave(() => this.moves.rowEnd(this.place, isEnd)),
    first: () => this.#leave(() => this.moves.first()),
    last: () => this.#leave(() => this.moves.last()),
    tab: (isBack) => {
      const next = this.moves.tab(this.place, isBack);
      const isWriting = this.editor.isOpen && this.isTouched;
      if (!this.commit()) return true;
      if (next) return this.go(next, isWriting);
      this.cells.at(this.place).focus();
      return false;
    },
    extend: (down, right) => {
      const to = this.moves.step(this.place, down, right);
      this.selection.extend(this.place, to);
      this.focus(to);
    },
    selectAll: () => this.selection.all(),
    type: () => {
      this.write(this.place, { text: "" }); // the letter itself lands in the field that has the focus now
      return !this.editor.isOpen;
    },
    edit: () => this.write(this.place, { isCaret: true }),
    caret: () => (this.editor.isCaret = true),
    clear: () => this.clear(),
    dates: () => this.commit() && this.dates(this.place),
    history: () => this.history() || this.speech.say("Inget har stått i rutan."),
    escape: () => this.#escape(),
    nothing: () => undefined,
    undo: () => this.back(this.actions.undo(), "Ångrat"),
    redo: () => this.back(this.actions.redo(), "Gjort om"),
  };

  /** Empty what is marked, or where the focus is. */
  clear() {
    const marked = this.selection.isMany ? this.selection.places : [this.place];
    const places = marked.filter(({ row, column }) => this.sheet.isWritable(row, column));
    if (this.sheet.isReadOnly || !places.length) return this.#isLocked(this.place);
    const count = this.actions.store(places.map((place) => ({ ...place, text: "" })));
    return count && this.speech.say(count === 1 ? cellName(this.sheet, places[0]) : `${count} rutor är tömda`);
  }

  #escape() {
    if (this.editor.isOpen) {
      const { place } = this.editor;
      this.editor.close();
      this.cells.paint(place);
      this.focus(place);
    } else if (this.selection.isMany) this.selection.clear();
    else if (this.sheet.cell(this.place).state === "refused") this.giveUp(this.place);
  }

  /** After undoing or doing again: show where it happened. */
  back(step, word) {
    if (!step) return this.speech.say("Det finns inget mer att ångra.");
    this.go({ row: step.row, column: step.column });
    if (!step.count) return this.speech.say("Här står ett annat värde sedan dess. Det får stå kvar.");
    const what = step.count > 1 ? `${step.count} rutor` : cellName(this.sheet, step);
    return this.speech.say(`${word}: ${what}`);
  }

  /** Paint cells anew, but never over what is being written. */
  paint(places) {
    for (const place of places) {
      const open = this.editor.place;
      if (!open || open.row !== place.row || open.column !== place.column) this.cells.paint(place);
    }
  }
}
