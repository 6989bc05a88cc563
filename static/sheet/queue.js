// What has been typed and is not yet stored, cell by cell. Nothing leaves the queue before the server has said
// "stored", or the person has said that it may go: not by a lost network, a closed tab, or a session that ended.
//
//   const queue = await openQueue({csrf, person, key, sheet});   the sheet's parts have their addresses
//   queue.put({address, row, measure, text, version, assessed_on, is_on_other_text});   text "": take it away
//   queue.listen((event) => ...)      {row, measure, state, text, version, theirs, level, reason, by, at}
//   state: typed (on its way into the browser's store), waiting (a dead tab cannot take it any more), sending, stored,
//   failed, refused, conflict, dropped
//   queue.counts()                    {waiting, failed, conflicts, refused, elsewhere}
//   queue.settle({address, row, measure}, "mine" | "theirs");   queue.drop({address, row, measure});   queue.pending();
//   queue.watch((troubles) => ...)    {kept, silent, signed_out, other_person, expired, unreadable}

import { isReady, settled, told, typed } from "./entries.js";
import { guardLeaving } from "./leaving.js";
import { Ledger } from "./ledger.js";
import { Notices } from "./notices.js";
import { Resume } from "./resume.js";
import { MOST, Sender } from "./sender.js";
import { Shelf } from "./shelf.js";
import { Tabs } from "./tabs.js";
import { Troubles } from "./troubles.js";

const FAREWELL = 150; // cells: what browsers still send when a page closes is at most 64 KB

export class Queue {
  #isLetGo = false;

  constructor(where, shelf) {
    this.where = { ...where };
    this.shelf = shelf;
    this.ledger = new Ledger(where.sheet.parts.map(({ address }) => address));
    this.troubles = new Troubles(shelf.isKeeping);
    this.tabs = new Tabs(where.person, (message) => this.#heard(message));
    this.sender = new Sender(this, this.where, this.tabs);
  }

  // For the sheet.

  put({ address, row, measure, text, version = 0, assessed_on = null, is_on_other_text = null }) {
    const cell = { address, row, measure };
    const write = { client_id: crypto.randomUUID(), text, assessed_on, is_on_other_text, at: Date.now() };
    const entry = typed(this.ledger.at(cell), cell, write, this.ledger.reached(cell, version));
    if (entry) this.#keep([entry]);
  }

  settle(cell, whose) {
    const entry = this.ledger.at(cell);
    if (entry?.state === "conflict") this.#keep([settled(entry, whose, crypto.randomUUID())]);
  }

  drop(cell) {
    const entry = this.ledger.at(cell);
    if (!entry) return;
    this.ledger.forget(entry);
    this.shelf.drop([entry]);
    this.tabs.say({ dropped: entry });
  }

  counts() {
    return this.ledger.counts();
  }

  pending() {
    return this.ledger.all().filter(this.ledger.isHere).map((entry) => told(entry));
  }

  listen(listener) {
    return this.ledger.listen(listener);
  }

  watch(watcher) {
    return this.troubles.watch(watcher);
  }

  // For what is said on the page about it.

  get unsaved() {
    return this.#isLetGo ? 0 : this.ledger.size;
  }

  /** The person leaves knowing what is not stored: nobody asks again. */
  letGo() {
    this.#isLetGo = true;
    return this.shelf.sweep(true);
  }

  /** Texts that have waited for more than 30 days: send them all the same, or give them up. */
  decideExpired(isWanted) {
    const { expired } = this.troubles.now;
    this.troubles.set({ expired: [] });
    if (!isWanted) return this.shelf.drop(expired);
    const now = Date.now();
    return this.#keep(expired.map((entry) => ({ ...entry, first: { ...entry.first, at: now } })));
  }

  dropUnreadable() {
    this.troubles.set({ unreadable: 0 });
    return this.shelf.dropUnreadable();
  }

  /** The same person is signed in again (another one changes nothing: her queue is another). */
  resume({ csrf, person }) {
    const isSame = person === this.where.person;
    this.troubles.set({ signed_out: person === null, other_person: person !== null && !isSame });
    if (!isSame) return;
    this.where.csrf = csrf;
    this.tabs.say({ session: true });
    this.sender.now();
  }

  // For the sender.

  /**
   * The next cells to send. Other tabs' texts are in the store; what is here and no longer there was perhaps
   * stored for another tab: sent again, it is only answered again.
   */
  async batch() {
    await this.shelf.rest();
    if (this.shelf.isKeeping) this.ledger.adopt(await this.shelf.load());
    return this.ledger.ready().slice(0, MOST);
  }

  sending(batch) {
    for (const entry of batch) this.ledger.become({ ...this.ledger.now(entry), state: "sending", tried: true });
    return this.shelf.try(batch);
  }

  hasMore() {
    return this.ledger.all().some(({ state }) => ["waiting", "failed"].includes(state));
  }

  answered(batch, results) {
    this.troubles.set({ silent: null });
    const answers = batch.map((entry, place) => [entry, results[place]]);
    this.shelf.answer(answers);
    for (const [{ address, row, measure, first }, result] of answers) {
      const answer = { answered: { address, row, measure }, client_id: first.client_id, result };
      this.#heard(answer);
      this.tabs.say(answer);
    }
  }

  /** All of them, for a reason that is not any cell's own. */
  refused(batch, reason) {
    this.answered(batch, batch.map(({ version }) => ({ status: "refused", version, reason })));
  }

  failed(batch, why) {
    const state = why === "session" ? "waiting" : "failed";
    for (const entry of batch) this.ledger.become({ ...this.ledger.now(entry), state });
    if (why !== "session") this.troubles.set({ silent: why });
    else if (!this.troubles.isStopped) this.sender.now();
  }

  /** A last word: what no answer has come for yet. */
  farewell() {
    const last = this.ledger.all().filter((one) => isReady(one) && this.ledger.isHere(one)).slice(0, FAREWELL);
    for (const entry of last) this.ledger.become({ ...entry, tried: true });
    this.sender.farewell(last);
  }

  // Within the queue.

  /** Fetch what was kept; false when the page is older than what has been stored from this browser since. */
  async load() {
    await this.shelf.sweep(false);
    const found = await this.shelf.load();
    this.ledger.adopt(found);
    this.troubles.set({ expired: found.expired, unreadable: found.unreadable });
    if (found.entries.length) this.sender.now();
    const { sheet } = this.where;
    return found.stored.every((cell) => !this.ledger.isHere(cell) || seenVersion(sheet, cell) >= cell.version);
  }

  async #keep(entries) {
    this.ledger.lay(entries);
    for (const entry of entries) this.tabs.say({ typed: entry });
    const kept = await this.shelf.keep(entries);
    this.ledger.laid(entries);
    this.troubles.set({ kept });
    this.sender.soon();
  }

  #heard({ typed: entry, answered: cell, client_id, result, dropped, session }) {
    if (entry) this.ledger.become(entry);
    if (cell) this.ledger.apply(cell, client_id, result);
    if (dropped) this.ledger.forget(dropped);
    if (session && this.troubles.isStopped) this.onsession?.();
  }
}

const wasReloaded = () => performance.getEntriesByType("navigation")[0]?.type === "reload";

/** The version of a cell that the page was made with. */
function seenVersion(sheet, { row, measure }) {
  const column = sheet?.measures.findIndex(({ code }) => code === measure) ?? -1;
  return sheet?.rows.find((one) => one.row === row)?.cells[column]?.version ?? Infinity;
}

/** The queue of the signed-in person for one sheet, with what she has not got stored before. */
export async function openQueue(where) {
  const queue = new Queue(where, await Shelf.open(where));
  const isFresh = await queue.load();
  if (!isFresh && !wasReloaded()) {
    location.reload();
    await new Promise(() => {}); // the page that comes is newer
  }
  guardLeaving(queue);
  new Notices(queue);
  new Resume(queue);
  return queue;
}
