// The cells that are marked together: by Shift and the arrows, by Ctrl+A, by dragging. Copied and cleared as one.

import { set } from "./dom.js";

export class Selection {
  isAll = false;
  #places = [];
  #anchor = null;

  constructor(cells, moves) {
    Object.assign(this, { cells, moves });
  }

  get isMany() {
    return this.#places.length > 1;
  }

  get places() {
    return this.#places;
  }

  /** From where the marking began (or `from`) to `to`. */
  extend(from, to) {
    this.#anchor ??= from;
    this.isAll = false;
    this.#show(this.moves.between(this.#anchor, to));
  }

  all() {
    this.#anchor = { row: 0, column: 0 };
    this.isAll = true;
    this.#show(this.moves.between(this.#anchor, { row: this.moves.rows - 1, column: this.moves.columns - 1 }));
  }

  clear() {
    this.#anchor = null;
    this.isAll = false;
    this.#show([]);
  }

  #show(places) {
    for (const place of this.#places) this.#mark(place, false);
    this.#places = places;
    if (this.isMany) for (const place of places) this.#mark(place, true);
  }

  #mark(place, isMarked) {
    const td = this.cells.at(place);
    td.classList.toggle("marked", isMarked);
    set(td, "aria-selected", isMarked && "true");
  }

  /** The smallest block that holds what is marked: [{row, column}] by rows; closed cells are null. */
  block(current) {
    const places = this.isMany ? this.#places : [current];
    const rows = [...new Set(places.map((place) => place.row))];
    const columns = [...new Set(places.map((place) => place.column))].sort((one, other) => one - other);
    const isIn = (row, column) => places.some((place) => place.row === row && place.column === column);
    const at = (row, column) => (isIn(row, column) ? { row, column } : null);
    return { rows, columns, cells: rows.map((row) => columns.map((column) => at(row, column))) };
  }
}
