// What was done to the sheet, step by step. A step is a list of changes {row, column, before, after}:
// one cell typed, or a whole block pasted.

const KEPT = 500;

export class History {
  #done = [];
  #undone = [];

  /** Remember a step; what was undone before it can no longer be done again. */
  push(step) {
    if (!step.length) return;
    this.#done.push(step);
    if (this.#done.length > KEPT) this.#done.shift();
    this.#undone = [];
  }

  /** The changes to make to get back, last first; null when there is nothing left. */
  undo() {
    const step = this.#done.pop();
    if (!step) return null;
    this.#undone.push(step);
    return [...step].reverse().map(({ before, after, ...cell }) => ({ ...cell, before: after, after: before }));
  }

  /** The changes to make again; null when nothing was undone. */
  redo() {
    const step = this.#undone.pop();
    if (!step) return null;
    this.#done.push(step);
    return step;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }
}
