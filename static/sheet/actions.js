// Changing the sheet: every change is a step that can be undone, and goes to the queue at once.

import { History } from "./undo.js";

export class Actions {
  history = new History();

  /** `changed(places)` is told which cells to paint. */
  constructor(sheet, queue, changed) {
    Object.assign(this, { sheet, queue, changed });
  }

  /**
   * Store texts that can be read as one step: [{row, column, text, day?, isOther?}]; isOther: read on another text
   * than the agreed one. Untouched cells are left alone.
   */
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

  /** Where the step was, and how many cells changed: what others wrote there since is not ours to take away. */
  #again(step) {
    if (!step) return null;
    const own = step.filter(({ row, column, before }) => this.sheet.cell({ row, column }).text === before.text);
    this.#apply(own);
    return { row: step[0].row, column: step[0].column, count: own.length };
  }

  #change({ row, column, text, day, isOther }) {
    const cell = this.sheet.cell({ row, column });
    const before = { text: cell.text, day: cell.assessed_on, isOther: cell.is_on_other_text };
    const isSame = text === before.text && (day ?? before.day) === before.day && (isOther ?? before.isOther) === before.isOther;
    if (isSame && !isUndecided(cell)) return null;
    const kept = cell.text ? before : {};
    return { row, column, before, after: { text, day: day ?? kept.day, isOther: isOther ?? kept.isOther } };
  }

  #apply(step) {
    for (const { row, column, after } of step) {
      this.sheet.put({ row, column }, after);
      this.#send({ row, column });
    }
    this.changed(step.map(({ row, column }) => ({ row, column })));
  }

  #send(place) {
    const cell = this.sheet.cell(place);
    const { text, version, assessed_on } = cell;
    const isTold = text !== "" && this.sheet.measures[place.column].same_text;
    const is_on_other_text = isTold ? cell.is_on_other_text : null;
    this.queue.put({ ...this.sheet.key(place), text, version, assessed_on, is_on_other_text });
  }
}

/** Typing the same again is an answer too, where the server has refused or somebody else has written. */
const isUndecided = (cell) => ["refused", "conflict"].includes(cell.state);
