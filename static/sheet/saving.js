// What the queue tells about each cell, laid over the sheet: waiting, stored, refused, somebody else's value.

import { isBlank } from "./cells.js";
import { counted } from "./words.js";

const ASKED = ["typed", "waiting"]; // what the person wants, and the server has not been asked yet

export class Saving {
  /** `changed(places)` paints; `told(place, event)` is for what a person must know. */
  constructor(sheet, queue, changed, told) {
    Object.assign(this, { sheet, queue, changed, told });
    for (const event of queue.pending()) this.#take(event);
    queue.listen((event) => this.#take(event));
  }

  #take(event) {
    const place = this.sheet.find(event.row, event.measure);
    if (!place) return this.changed([]);
    const cell = this.sheet.cell(place);
    if (event.state === "dropped") return this.#giveBack(place, cell);
    this.#adopt(place, cell, event);
    if (event.version !== undefined && !ASKED.includes(event.state)) cell.version = event.version ?? cell.version;
    const { state, reason = null, theirs = null, by = null, at = null } = event;
    Object.assign(cell, { state, reason, theirs, by, at });
    if (state === "stored") this.#stored(cell, event);
    this.changed([place]);
    if (["conflict", "refused"].includes(state)) this.told(place, event);
    return undefined;
  }

  /** What the queue holds is what was typed last: here before, in another tab, or theirs that was chosen. */
  #adopt(place, cell, { state, text, assessed_on: day, is_on_other_text: isOther }) {
    if (![...ASKED, "stored"].includes(state) || typeof text !== "string") return;
    const isNews = text !== cell.text || (typeof isOther === "boolean" && isOther !== cell.is_on_other_text);
    if (isNews && !this.sheet.read(text, place.column).reason) this.sheet.put(place, { text, day, isOther: isOther ?? undefined });
  }

  /** Somebody gave the text up, here or in another tab: what was stored stands again. */
  #giveBack(place, cell) {
    this.sheet.put(place, cell.saved);
    cell.state = null;
    this.changed([place]);
  }

  #stored(cell, event) {
    cell.saved = { text: cell.text, day: cell.assessed_on, isOther: cell.is_on_other_text };
    if (event.level !== undefined) cell.level = isBlank(cell.reading) ? null : event.level; // their judgement wins
  }

  /** "Allt är sparat", or what is not. */
  sentence(drafts) {
    const { waiting = 0, failed = 0, conflicts = 0, refused = 0 } = this.queue.counts();
    const parts = [];
    if (failed) parts.push(counted(waiting, "ruta är inte sparad ännu", "rutor är inte sparade ännu"));
    else if (waiting) parts.push(`${counted(waiting, "ruta", "rutor")} väntar på att sparas`);
    if (conflicts) parts.push(`${counted(conflicts, "krock", "krockar")} att välja i`);
    if (refused + drafts) parts.push(`${counted(refused + drafts, "ruta är inte sparad", "rutor är inte sparade")}`);
    return { text: parts.length ? `${parts.join(", ")}.` : "Allt är sparat.", isSaved: parts.length === 0 };
  }
}
