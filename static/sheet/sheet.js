// The sheet as it stands in this browser: what the page brought, what has been typed since, and how it is saved.

import { isBlank, read, valueShown, written } from "./cells.js";
import { levelOfReading } from "./levels.js";
import { thousandths } from "./numbers.js";
import { unusualOf } from "./unusual.js";

export class Sheet {
  /** `data` is the sheet as JSON; `days` the test day of each column that new results get. */
  constructor(data, days) {
    Object.assign(this, { measures: data.measures, codes: data.codes, levels: data.levels, days });
    this.isReadOnly = !data.may_record || Boolean(data.closed);
    const opened = (cells) => cells.map((cell, column) => this.#opened(cell, column));
    this.rows = data.rows.map((row) => ({ ...row, cells: opened(row.cells) }));
    this.#distinguish();
    data.measures.forEach((_measure, column) => this.lookOver(column));
  }

  /** The page leaves out what goes without saying (assessments/views/sheet_script.py). */
  #opened(told, column) {
    const { is_expected, assessed_on } = this.measures[column];
    const usual = told.text ? { version: 1, assessed_on } : { text: "", version: 0, assessed_on: null };
    const cell = { level: null, is_open: true, is_expected, before: null, ...usual, ...told };
    const reading = read(cell.text, this.measures[column], this.codes);
    const saved = { text: cell.text, day: cell.assessed_on };
    return { ...cell, reading, saved, before: thousandths(cell.before), state: null, reason: null, unusual: null };
  }

  /** Spoken names are first names, but whole names where two share one. */
  #distinguish() {
    const firsts = this.rows.map((row) => row.first_name);
    for (const row of this.rows) {
      const isAlone = firsts.filter((name) => name === row.first_name).length === 1;
      row.spoken = isAlone ? row.first_name : row.name;
    }
  }

  cell({ row, column }) {
    return this.rows[row].cells[column];
  }

  isOpen = (row, column) => this.rows[row].cells[column].is_open;

  read(text, column) {
    return read(text, this.measures[column], this.codes);
  }

  /** A text that can be read, as it is written afterwards: " 12,50 B" is "12,5b". */
  plain(text, column) {
    return written(this.measures[column], this.read(text, column), this.codes);
  }

  /** Put a text that can be read in a cell; the level is ours until the server has judged. */
  put(place, text, assessedOn) {
    const cell = this.cell(place);
    const reading = this.read(text, place.column);
    cell.reading = reading;
    cell.text = written(this.measures[place.column], reading, this.codes);
    cell.level = levelOfReading(reading, this.measures[place.column], this.rows[place.row].year);
    cell.assessed_on = isBlank(reading) ? null : (assessedOn ?? cell.assessed_on ?? this.days[place.column]);
    Object.assign(cell, { state: "waiting", reason: null, theirs: null });
  }

  /** Look a column over for values worth a second look; the rows where that changed. */
  lookOver(column) {
    const cells = this.rows.map(({ cells: { [column]: cell } }) => ({ points: cell.reading.points, before: cell.before }));
    return unusualOf(cells, this.measures[column]).flatMap((why, row) => {
      const cell = this.rows[row].cells[column];
      const isNews = cell.unusual !== why;
      cell.unusual = why;
      return isNews ? [row] : [];
    });
  }

  /** The row and column of a cell as the queue knows it; null when it has left the sheet. */
  find(token, code) {
    const row = this.rows.findIndex((one) => one.row === token);
    const column = this.measures.findIndex((one) => one.code === code);
    return row < 0 || column < 0 ? null : { row, column };
  }

  /** What the cell says to people: the word of a code, a label, or the number. */
  shown({ row, column }) {
    const { reading } = this.rows[row].cells[column];
    if (reading.absence) return this.codes.find((code) => code.absence === reading.absence).word;
    return reading.points === null ? "" : valueShown(this.measures[column], reading.points);
  }

  level(code) {
    return this.levels.find((level) => level.code === code) ?? null;
  }

  *places() {
    for (let row = 0; row < this.rows.length; row += 1) {
      for (let column = 0; column < this.measures.length; column += 1) yield { row, column };
    }
  }
}
