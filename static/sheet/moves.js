// Where the keyboard goes next. Cells that are closed are stepped over; a place is {row, column}.

export class Moves {
  /** `isOpen(row, column)` says whether a cell can have the focus, `isWritable` whether Enter stops there. */
  constructor(rows, columns, isOpen, isWritable = isOpen) {
    Object.assign(this, { rows, columns, isOpen, isWritable });
  }

  first() {
    return this.#along(0, 1, this.#across);
  }

  last() {
    return this.#along(this.rows * this.columns - 1, -1, this.#across);
  }

  /** One step with an arrow key, or stay. */
  step({ row, column }, down, right) {
    return this.#straight(row + down, column + right, down, right) ?? { row, column };
  }

  /** Home and End: the first or last open cell of the row. */
  rowEnd({ row }, isEnd) {
    return this.#straight(row, isEnd ? this.columns - 1 : 0, 0, isEnd ? -1 : 1);
  }

  /** Page up and down: as far as the screen shows, or to the end of the column. */
  page({ row, column }, rows) {
    const wanted = Math.max(0, Math.min(this.rows - 1, row + rows));
    return this.#straight(wanted, column, -Math.sign(rows), 0) ?? { row, column };
  }

  /** Tab: on along the rows; null past the last cell, where the focus leaves the sheet. */
  tab(place, isBack) {
    const by = isBack ? -1 : 1;
    return this.#along(this.#index(place, this.#across) + by, by, this.#across);
  }

  /** Enter: down the measure and on to the top of the next, or across; stays at the very end. */
  enter(place, isAcross, isBack) {
    const order = isAcross ? this.#across : this.#downwards;
    const by = isBack ? -1 : 1;
    return this.#along(this.#index(place, order) + by, by, order, this.isWritable) ?? place;
  }

  /** Every open cell from one corner to the other. */
  between(one, other) {
    const found = [];
    const [top, bottom] = [Math.min(one.row, other.row), Math.max(one.row, other.row)];
    const [left, right] = [Math.min(one.column, other.column), Math.max(one.column, other.column)];
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        if (this.isOpen(row, column)) found.push({ row, column });
      }
    }
    return found;
  }

  #across = {
    index: (row, column) => row * this.columns + column,
    place: (index) => [Math.floor(index / this.columns), index % this.columns],
  };

  #downwards = {
    index: (row, column) => column * this.rows + row,
    place: (index) => [index % this.rows, Math.floor(index / this.rows)],
  };

  #index({ row, column }, order) {
    return order.index(row, column);
  }

  #along(start, by, order, isStop = this.isOpen) {
    for (let index = start; index >= 0 && index < this.rows * this.columns; index += by) {
      const [row, column] = order.place(index);
      if (isStop(row, column)) return { row, column };
    }
    return null;
  }

  #straight(startRow, startColumn, down, right) {
    let [row, column] = [startRow, startColumn];
    while (row >= 0 && row < this.rows && column >= 0 && column < this.columns) {
      if (this.isOpen(row, column)) return { row, column };
      row += down;
      column += right;
    }
    return null;
  }
}
