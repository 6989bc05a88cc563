// Changing the sheet: every change is a step that can be undone, and goes to the queue at once.

import { History } from "./undo.js";

export class Actions {
  history = new History();

  /** `changed(places)` is told which cells to paint. */
  constructor(sheet, queue, changed) {
    Object.assign(this, { sheet, queue, changed });
  }

  /** Store texts that can be read as one step: [{row, column, text, day?}]. Untouched cells are left alone. */
  store(writes) {
    const step = writes.map((write) => this.#change(write)).filter(Boolean);
    this.history.push(step);
    this.#apply(step);
    return step.length;
  }

  undo() {
    return this.#again(this.history.undo());
  }

  redo() {
    return this.#again(this.history.redo());
  }

  /** What stays of a step, and where: the focus goes to its first cell. */
  #again(step) {
    if (!step) return null;
    this.#apply(step);
    return { row: step[0].row, column: step[0].column, count: step.length };
  }

  #change({ row, column, text, day }) {
    const cell = this.sheet.cell({ row, column });
    if (text === cell.text && (day === undefined || day === cell.assessed_on) && !isUndecided(cell)) return null;
    const before = { text: cell.text, day: cell.assessed_on };
    return { row, column, before, after: { text, day: text === "" ? null : (day ?? cell.assessed_on) } };
  }

  #apply(step) {
    for (const { row, column, after } of step) {
      this.sheet.put({ row, column }, after.text, after.day);
      this.#send({ row, column });
    }
    this.changed(step.map(({ row, column }) => ({ row, column })));
  }

  #send(place) {
    const cell = this.sheet.cell(place);
    const { text, version, assessed_on } = cell;
    this.queue.put({ ...this.sheet.key(place), text, version, assessed_on });
  }
}

/** Typing the same again is an answer too, where the server has refused or somebody else has written. */
const isUndecided = (cell) => ["refused", "conflict"].includes(cell.state);
