// Everything on the page of the sheet, put together: grid, bar, tools, footer, and what they ask of each other.

import { Actions } from "./actions.js";
import { Bar, BROKEN } from "./bar.js";
import { Clipboard } from "./clipboard.js";
import { askForDays, toolName } from "./dates.js";
import { tell } from "./dialogs.js";
import { el } from "./dom.js";
import { readFile } from "./files.js";
import { Footer } from "./footer.js";
import { Grid } from "./grid.js";
import { listenToPointers } from "./pointing.js";
import { preview } from "./preview.js";
import { Saving } from "./saving.js";
import { Speech } from "./speech.js";
import { dayButtons } from "./takeover.js";
import { Tools } from "./tools.js";
import { cellName, counted } from "./words.js";

const TOP = { row: 0, column: 0 };

export class Page {
  constructor(main, sheet, cells, queue, where) {
    Object.assign(this, { main, sheet, cells, queue, where });
    const changed = (places) => this.changed(places);
    this.speech = new Speech(main);
    this.actions = new Actions(sheet, queue, changed);
    this.bar = new Bar(sheet, (text) => this.choose(text), main.querySelector("a[data-hand-in]"));
    this.footer = new Footer(sheet, (place) => this.grid.commit() && this.grid.go(place));
    this.grid = new Grid(sheet, cells, {
      actions: this.actions,
      speech: this.speech,
      moved: (place, typed) => this.moved(place, typed),
      settle: (place, whose) => queue.settle(sheet.key(place), whose),
      giveUp: (place) => this.giveUp(place),
      dates: (place) => this.days(place),
      history: () => this.bar.enter(),
    });
    this.bar.element.addEventListener("keydown", ({ key }) => key === "Escape" && this.grid.comeBack());
    this.saving = new Saving(sheet, queue, changed, (place) => this.speech.say(cellName(sheet, place)));
  }

  open() {
    const { cells, sheet, grid } = this;
    listenToPointers(grid);
    this.showDays = dayButtons(cells, sheet, (column) => grid.commit() && this.days({ row: grid.place.row, column }));
    if (!sheet.isReadOnly) this.#offerTools();
    cells.frame.after(this.bar.element, this.footer.element);
    this.queue.watch(({ silent, signed_out: signedOut }) => (this.wasCutOff ||= Boolean(silent || signedOut)));
    cells.table.addEventListener("click", (event) => this.#settleByButton(event));
    new Clipboard(sheet, grid, {
      paste: (table, start) => this.lookOver(table, "Klistra in", start),
      write: (text) => this.writeOne(text),
    });
    const first = cells.stood ?? this.#firstEmpty() ?? grid.moves.first();
    if (first) grid.stand(first);
    this.changed([]);
    cells.keepClear(this.bar.element);
    const isFree = !sheet.isReadOnly && !location.hash && document.activeElement === document.body;
    if (first && isFree) grid.focus(first, { preventScroll: cells.isInSight(first) });
    this.#takeTyped();
  }

  /** What was written in the form before the grid took over is not lost. */
  #takeTyped() {
    const isReadable = ({ text, column }) => !this.sheet.read(text, column).reason;
    const plain = ({ text, ...place }) => ({ ...place, text: this.sheet.plain(text, place.column) });
    this.actions.store(this.cells.typed.filter(isReadable).map(plain));
    const [odd, ...others] = this.cells.typed.filter((typed) => !isReadable(typed));
    if (!odd) return;
    this.grid.write({ row: odd.row, column: odd.column }, { text: odd.text });
    this.grid.commit();
    if (others.length) tell("Det här gick inte att läsa", el("ul", {}, ...others.map((one) => this.#line(one))));
  }

  #line({ row, column, text }) {
    return el("li", {}, `${this.sheet.rows[row].called}, ${this.sheet.measures[column].name}: ${text}`);
  }

  #firstEmpty() {
    const isEmpty = (place) => this.sheet.isWritable(place.row, place.column) && !this.sheet.cell(place).text;
    const empty = [...this.sheet.places()].filter(isEmpty);
    return empty.sort((one, other) => one.column - other.column || one.row - other.row)[0];
  }

  #offerTools() {
    const { grid, actions } = this;
    this.tools = new Tools({
      across: this.sheet.measures.length > 1 && ((isAcross) => (grid.isAcross = isAcross)),
      undo: () => grid.commit() && grid.back(actions.undo(), "Ångrat"),
      redo: () => grid.commit() && grid.back(actions.redo(), "Gjort om"),
      dates: () => grid.commit() && this.days(grid.place),
      named: toolName(this.sheet.measures),
      file: (file) => this.fill(file),
    });
    this.cells.frame.before(this.tools.element);
  }

  /** Cells have other contents: paint them, and count the sheet over. */
  changed(places) {
    const { sheet, grid } = this;
    const columns = [...new Set(places.map((place) => place.column))];
    const also = columns.flatMap((column) => sheet.lookOver(column).map((row) => ({ row, column })));
    grid.paint([...places, ...also]);
    const { filled, expected, lacking } = this.footer.show();
    const lacks = lacking ? `; ${counted(lacking, "elev saknar", "elever saknar")} något` : "";
    const sentence = this.main.querySelector(".page-head .sentence");
    const where = sheet.parts.length > 1 ? ` i ${sheet.parts.length} klasser` : "";
    const own = filled ? `${counted(filled, "resultat ifyllt", "resultat ifyllda")}${where}. ` : "";
    if (sentence) sentence.textContent = expected ? `${filled} av ${expected} resultat ifyllda${where}${lacks}.` : `${own}Inget förväntas den här perioden.`;
    this.bar.count(filled, expected);
    this.tools?.show(this.actions.history);
    if (grid.place && !grid.editor.isOpen) this.moved(grid.place, null);
    this.#showSaved();
  }

  moved(place, typed) {
    this.bar.show(place, typed);
    this.#showSaved();
  }

  #showSaved() {
    if (!this.saving) return;
    const told = this.saving.sentence(this.grid.drafts);
    this.bar.save(told);
    if (!this.wasCutOff || !told.isSaved) return;
    this.wasCutOff = false;
    this.speech.say(told.text); // whoever heard that nothing could be saved hears that it is
  }

  /** A label or a code with a tap on the bar: stored, and on to the next cell. */
  choose(text) {
    const { grid, actions, cells } = this;
    const { place, editor } = grid;
    if (!place || !this.sheet.isWritable(place.row, place.column)) return null;
    if (text === BROKEN) {
      if (!editor.isOpen) grid.write(place, { isCaret: true });
      return editor.append(BROKEN);
    }
    if (editor.isOpen) editor.close();
    actions.store([{ ...place, text }]);
    cells.paint(place);
    return grid.go(grid.moves.enter(place, grid.isAcross, false), grid.isTouched);
  }

  /** One pasted value is what somebody would have typed; but a label's number is told as its word first. */
  writeOne(text) {
    const { labels } = this.sheet.measures[this.grid.place.column];
    if (labels.length && /[0-9]/.test(text)) return this.lookOver([[text]], "Klistra in", this.grid.place);
    this.grid.write(this.grid.place, { text: text.slice(0, 100) });
    return this.grid.commit() && this.grid.comeBack();
  }

  lookOver(table, heading, start) {
    const onYes = (found) => {
      const count = this.actions.store(found.map(({ row, column, after }) => ({ row, column, text: after })));
      this.speech.say(`${counted(count, "resultat är ifyllt", "resultat är ifyllda")}. Ctrl+Z ångrar allt på en gång.`);
    };
    preview(table, this.sheet, start, { heading, onYes, onClosed: () => this.grid.comeBack() });
  }

  async fill(file) {
    if (!this.grid.commit()) return;
    try {
      this.lookOver(await readFile(file, this.where), `Fyll från ${file.name}`, TOP);
    } catch (fault) {
      tell("Filen gick inte att läsa", el("p", {}, fault.message), () => this.grid.comeBack());
    }
  }

  days(place) {
    askForDays(this.sheet, place, { min: this.where.firstDay, max: this.where.lastDay }, {
      changed: (writes) => {
        this.actions.store(writes);
        for (const show of this.showDays) show();
        this.grid.paint([...this.sheet.places()]);
      },
      onClosed: () => this.grid.comeBack(),
    });
  }

  giveUp(place) {
    this.queue.drop(this.sheet.key(place));
    this.speech.say(cellName(this.sheet, place));
  }

  #settleByButton(event) {
    const whose = event.target.closest("button[data-whose]")?.dataset.whose;
    const place = whose && this.cells.placeOf(event.target);
    if (!place) return;
    this.grid.focus(place);
    this.queue.settle(this.sheet.key(place), whose);
  }
}
