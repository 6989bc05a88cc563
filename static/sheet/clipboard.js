// Copy and paste. What goes out is tab-separated text that spreadsheets take; what comes in is looked over first.

import { parseTable, writeTable } from "./tables.js";

export class Clipboard {
  /** `grid` knows where the focus is; `paste(table, start)` takes a block, `write(text)` a single value. */
  constructor(sheet, grid, { paste, write }) {
    Object.assign(this, { sheet, grid });
    for (const name of ["copy", "cut"]) document.addEventListener(name, (event) => this.#out(event, name === "cut"));
    document.addEventListener("paste", (event) => {
      const isWriting = grid.editor.isOpen && event.target === grid.editor.input;
      if (sheet.isReadOnly || !(grid.isMoving || isWriting)) return;
      const table = parseTable(event.clipboardData.getData("text/plain"));
      const isOne = table.length === 1 && table[0].length === 1;
      if (isWriting && (isOne || !table.length)) return; // a piece of a text
      event.preventDefault();
      if (!grid.commit()) return;
      if (isOne && !grid.selection.isMany) write(table[0][0]);
      else if (table.length) paste(...this.#onto(table, isOne));
    });
  }

  #out(event, isCut) {
    if (!this.grid.isMoving) return;
    event.clipboardData.setData("text/plain", this.copied());
    event.preventDefault();
    if (isCut) this.grid.clear();
  }

  /** The block and where it begins: the upper corner of what is marked, which a single value fills. */
  #onto(table, isOne) {
    const { rows, columns } = this.grid.selection.block(this.grid.place);
    const block = isOne ? rows.map(() => columns.map(() => table[0][0])) : table;
    return [block, { row: rows[0], column: columns[0] }];
  }

  /** What is marked; the whole sheet takes names and headings with it, so that it can come back by name. */
  copied() {
    const { sheet, grid } = this;
    const { rows, columns, cells } = grid.selection.block(grid.place);
    const body = cells.map((row) => row.map((place) => (place ? this.#text(place) : "")));
    if (!grid.selection.isAll) return writeTable(body);
    const who = (row) => (sheet.parts.length > 1 ? [sheet.rows[row].part.class, sheet.rows[row].name] : [sheet.rows[row].name]);
    const head = [...(sheet.parts.length > 1 ? ["Klass", "Elev"] : ["Elev"]), ...columns.map((column) => sheet.measures[column].name)];
    return writeTable([head, ...body.map((row, place) => [...who(rows[place]), ...row])]);
  }

  #text(place) {
    return this.sheet.cell(place).text;
  }
}
