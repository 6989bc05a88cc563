// The sheet as it stands in this browser: what the page brought, what has been typed since, and how it is saved.

import { isBlank, read, valueShown, written } from "./cells.js";
import { levelOfReading } from "./levels.js";
import { thousandths } from "./numbers.js";
import { unusualOf } from "./unusual.js";

export class Sheet {
  /** `data` is the sheet as JSON; `days` the test day of each column that new results get. */
  constructor(data, days) {
    this.onOtherText = data.measures.map(() => false); // what is filled in now
    Object.assign(this, { measures: data.measures, codes: data.codes, levels: data.levels, parts: data.parts, days });
    this.isReadOnly = !data.may_record || data.parts.every(({ closed }) => closed);
    this.rows = data.rows.map((row) => this.#openedRow(row));
    this.#distinguish();
    data.measures.forEach((_measure, column) => this.lookOver(column));
  }

  /** A row belongs to a part of the sheet: a class, saved at an address of its own. */
  #openedRow(row) {
    const part = this.parts[row.part ?? 0];
    const called = part.class ? `${row.name}, ${part.class}` : row.name;
    const cells = row.cells.map((cell, column) => this.#opened(cell, column));
    const first = { first_name: row.name.split(" ")[0] };
    return { ...first, ...row, part, called, history: part.history && part.history + row.history, cells };
  }

  /** The page leaves out what goes without saying (assessments/views/sheet_script.py). */
  #opened(brought, column) {
    const told = Array.isArray(brought) ? { text: brought[0], level: brought[1] } : brought;
    const { is_expected, assessed_on, before_in } = this.measures[column];
    const usual = told.text ? { version: 1, assessed_on } : { text: "", version: 0, assessed_on: null };
    const level = this.levels.find(({ letter }) => letter === told.level)?.code ?? null;
    const cell = { is_open: true, is_expected, is_on_other_text: false, before: null, before_in, ...usual, ...told, level };
    const reading = read(cell.text, this.measures[column], this.codes);
    const saved = { text: cell.text, day: cell.assessed_on, isOther: cell.is_on_other_text };
    return { ...cell, reading, saved, before: thousandths(cell.before), state: null, reason: null, unusual: null };
  }

  /** Spoken names are first names, but whole names where two in a class share one; the class where there are several. */
  #distinguish() {
    for (const row of this.rows) {
      const isAlone = this.rows.filter(({ part, first_name: name }) => part === row.part && name === row.first_name).length === 1;
      row.spoken = isAlone ? [row.first_name, row.part.class].filter(Boolean).join(", ") : row.called;
    }
  }

  cell({ row, column }) {
    return this.rows[row].cells[column];
  }

  isOpen = (row, column) => this.rows[row].cells[column].is_open;

  /** Where something can be typed; on a sheet that is only read: where something can stand. */
  isWritable = (row, column) => this.isOpen(row, column) && (this.isReadOnly || !this.rows[row].part.closed);

  /** The cell as the queue knows it. */
  key({ row, column }) {
    const { part, row: token } = this.rows[row];
    return { address: part.address, row: token, measure: this.measures[column].code };
  }

  read(text, column) {
    return read(text, this.measures[column], this.codes);
  }

  /** A text that can be read, as it is written afterwards: " 12,50 B" is "12,5b". */
  plain(text, column) {
    return written(this.measures[column], this.read(text, column), this.codes);
  }

  /** Put a text that can be read in a cell, with its day and text read; the level is ours until the server has judged. */
  put(place, { text, day, isOther }) {
    const cell = this.cell(place);
    const reading = this.read(text, place.column);
    cell.reading = reading;
    cell.text = written(this.measures[place.column], reading, this.codes);
    const { year, is_judged: isJudged = true } = this.rows[place.row];
    cell.level = isJudged ? levelOfReading(reading, this.measures[place.column], year) : null;
    cell.assessed_on = isBlank(reading) ? null : (day ?? cell.assessed_on ?? this.days[place.column]);
    cell.is_on_other_text = !isBlank(reading) && (isOther ?? this.onOtherText[place.column]);
    Object.assign(cell, { state: "typed", reason: null, theirs: null });
  }

  /** Look a column over for values worth a second look, class by class; the rows where that changed. */
  lookOver(column) {
    return this.parts.flatMap((part) => {
      const rows = [...this.rows.keys()].filter((row) => this.rows[row].part === part);
      const cells = rows.map((row) => this.cell({ row, column }));
      const told = cells.map(({ reading, before, before_in: when }) => ({ points: reading.points, before, when }));
      const found = unusualOf(told, this.measures[column]);
      const news = rows.filter((_row, place) => cells[place].unusual !== found[place]);
      cells.forEach((cell, place) => (cell.unusual = found[place]));
      return news;
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
