// What has been typed and is not yet stored, cell by cell. Nothing leaves the queue before the server has said
// "stored", or the person has said that it may go: not by a lost network, a closed tab, or a session that ended.
//
//   const queue = await openQueue({address, csrf, person, key, sheet});
//   queue.put({row, measure, text, version, assessed_on});     text "": take the value away
//   queue.listen((event) => ...)      {row, measure, state, text, version, theirs, level, reason, by, at}
//   queue.counts()                    {waiting, failed, conflicts, refused, elsewhere}
//   queue.settle({row, measure}, "mine" | "theirs");   queue.drop({row, measure});   queue.pending();
//   queue.watch((troubles) => ...)    {kept, silent, signed_out, other_person, expired, unreadable}

import { answered, isReady, latest, nameOf, settled, told, typed } from "./entries.js";
import { guardLeaving } from "./leaving.js";
import { Notices } from "./notices.js";
import { Resume } from "./resume.js";
import { MOST, Sender } from "./sender.js";
import { Shelf } from "./shelf.js";
import { Tabs } from "./tabs.js";

const FAREWELL = 150; // cells: what browsers still send when a page closes is at most 64 KB

export class Queue {
  #entries = new Map();
  #listeners = new Set();
  #watchers = new Set();
  #isLetGo = false;
  #versions = new Map(); // of cells stored from this browser lately, by name
  #laidBy = new Set(); // names whose latest text is on its way into the store
  #troubles = { kept: true, silent: null, signed_out: false, other_person: false, expired: [], unreadable: 0 };

  constructor(where, shelf) {
    this.where = { ...where };
    this.shelf = shelf;
    this.tabs = new Tabs(where.person, (message) => this.#heard(message));
    this.sender = new Sender(this, this.where, this.tabs);
    this.#troubles.kept = shelf.isKeeping;
  }

  /** Fetch what was kept; false when the page is older than what has been stored from this browser since. */
  async load() {
    await this.shelf.sweep(false);
    const { entries, expired, unreadable, stored } = await this.shelf.load();
    for (const entry of entries) this.#entries.set(nameOf(entry), entry);
    this.#remember(stored);
    this.#trouble({ expired, unreadable });
    if (entries.length) this.sender.now();
    return stored.every((cell) => !this.#isHere(cell) || seenVersion(this.where.sheet, cell) >= cell.version);
  }

  /** Versions that another tab has reached: what is typed here comes after them. */
  #remember(stored) {
    for (const cell of stored) this.#versions.set(nameOf(cell), cell.version);
  }

  put({ row, measure, text, version = 0, assessed_on = null }) {
    const cell = { address: this.where.address, row, measure };
    const write = { client_id: crypto.randomUUID(), text, assessed_on, at: Date.now() };
    const reached = Math.max(version, this.#versions.get(nameOf(cell)) ?? 0);
    const entry = typed(this.#entries.get(nameOf(cell)), cell, write, reached);
    if (entry) this.#keep([entry]);
  }

  settle(cell, whose) {
    const entry = this.#entries.get(this.#name(cell));
    if (entry?.state === "conflict") this.#keep([settled(entry, whose, crypto.randomUUID())]);
  }

  drop(cell) {
    const entry = this.#entries.get(this.#name(cell));
    if (!entry) return;
    this.#entries.delete(nameOf(entry));
    this.shelf.drop([entry]);
    this.tabs.say({ dropped: nameOf(entry) });
    this.#tell(entry, { state: "dropped" });
  }

  counts() {
    const every = [...this.#entries.values()];
    const of = (...states) => every.filter(({ state }) => states.includes(state)).length;
    return {
      waiting: of("waiting", "sending", "failed"),
      failed: of("failed"),
      conflicts: of("conflict"),
      refused: of("refused"),
      elsewhere: every.filter(({ address }) => address !== this.where.address).length,
    };
  }

  get unsaved() {
    return this.#isLetGo ? 0 : this.#entries.size;
  }

  /** The person leaves knowing what is not stored: nobody asks again. */
  letGo() {
    this.#isLetGo = true;
    return this.shelf.sweep(true);
  }

  get troubles() {
    return this.#troubles;
  }

  pending() {
    return [...this.#entries.values()].filter((entry) => this.#isHere(entry)).map((entry) => told(entry));
  }

  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  watch(watcher) {
    this.#watchers.add(watcher);
    watcher(this.#troubles);
    return () => this.#watchers.delete(watcher);
  }

  /** Texts that have waited for more than 30 days: send them all the same, or give them up. */
  decideExpired(isWanted) {
    const { expired } = this.#troubles;
    this.#trouble({ expired: [] });
    if (!isWanted) return this.shelf.drop(expired);
    const now = Date.now();
    return this.#keep(expired.map((entry) => ({ ...entry, first: { ...entry.first, at: now } })));
  }

  dropUnreadable() {
    this.#trouble({ unreadable: 0 });
    return this.shelf.dropUnreadable();
  }

  /** The same person is signed in again (another one changes nothing: her queue is another). */
  resume({ csrf, person }) {
    const isSame = person === this.where.person;
    this.#trouble({ signed_out: person === null, other_person: person !== null && !isSame });
    if (!isSame) return;
    this.where.csrf = csrf;
    this.tabs.say({ session: true });
    this.sender.now();
  }

  // What the sender asks and tells.

  get isStopped() {
    return this.#troubles.signed_out || this.#troubles.other_person;
  }

  /**
   * The next cells to send, all to one address; this page's first. Other tabs' texts are in the store; what is
   * here and no longer there was perhaps stored for another tab: sent again, it is only answered again.
   */
  async batch() {
    await this.shelf.rest();
    await this.#fetch();
    const ready = [...this.#entries.values()].filter((entry) => isReady(entry) && !this.#laidBy.has(nameOf(entry)));
    const { address } = ready.find((entry) => this.#isHere(entry)) ?? ready[0] ?? {};
    return ready.filter((entry) => entry.address === address).slice(0, MOST);
  }

  async #fetch() {
    if (!this.shelf.isKeeping) return;
    const { entries, stored } = await this.shelf.load();
    this.#remember(stored);
    for (const entry of entries) {
      const mine = this.#entries.get(nameOf(entry));
      const isSame = mine && latest(mine).client_id === latest(entry).client_id;
      if (!isSame && !this.#laidBy.has(nameOf(entry))) this.#become({ ...entry, state: "waiting" });
    }
  }

  sending(batch) {
    for (const entry of batch) this.#become({ ...this.#now(entry), state: "sending", tried: true });
    return this.shelf.try(batch);
  }

  hasMore() {
    return [...this.#entries.values()].some(({ state }) => state === "waiting");
  }

  answered(batch, results) {
    this.#trouble({ silent: null });
    const answers = batch.map((entry, place) => [entry, results[place]]);
    this.shelf.answer(answers);
    for (const [entry, result] of answers) {
      this.#apply(nameOf(entry), entry.first.client_id, result);
      this.tabs.say({ answered: nameOf(entry), client_id: entry.first.client_id, result });
    }
  }

  failed(batch, why) {
    const state = why === "session" ? "waiting" : "failed";
    for (const entry of batch) this.#become({ ...this.#now(entry), state });
    if (why !== "session") this.#trouble({ silent: why });
    else if (!this.isStopped) this.sender.now();
  }

  refused(batch, reason) {
    const result = { status: "refused", version: 0, reason };
    for (const entry of batch) this.#apply(nameOf(entry), entry.first.client_id, { ...result, version: entry.version });
  }

  signedOut(person) {
    this.#trouble({ signed_out: person === null, other_person: person !== null });
  }

  /** A last word: what no answer has come for yet. */
  farewell() {
    const mine = [...this.#entries.values()].filter((entry) => isReady(entry) && this.#isHere(entry));
    this.sender.farewell(mine.slice(0, FAREWELL));
  }

  // Within the queue.

  #name(cell) {
    return nameOf({ address: this.where.address, ...cell });
  }

  #isHere({ address }) {
    return address === this.where.address;
  }

  #now(entry) {
    return this.#entries.get(nameOf(entry)) ?? entry;
  }

  async #keep(entries) {
    for (const entry of entries) {
      this.#laidBy.add(nameOf(entry));
      this.#become(entry);
      this.tabs.say({ typed: entry });
    }
    const kept = await this.shelf.keep(entries);
    for (const entry of entries) {
      const now = this.#entries.get(nameOf(entry));
      if (!now || latest(now).client_id === latest(entry).client_id) this.#laidBy.delete(nameOf(entry));
    }
    this.#trouble({ kept });
    this.sender.soon();
  }

  #become(entry) {
    this.#entries.set(nameOf(entry), entry);
    this.#tell(entry);
  }

  #apply(name, client_id, result) {
    const entry = this.#entries.get(name);
    if (result.status === "stored") this.#versions.set(name, result.version);
    if (!entry) return;
    const after = answered(entry, client_id, result);
    if (after) return this.#become(after);
    this.#entries.delete(name);
    this.#tell(entry, { state: "stored", version: result.version, level: result.level, text: result.text });
  }

  #heard({ typed: entry, answered: name, client_id, result, dropped, session }) {
    if (entry) this.#become(entry);
    if (name) this.#apply(name, client_id, result);
    if (dropped) this.#entries.delete(dropped);
    if (session && this.isStopped) this.onsession?.();
  }

  #tell(entry, more) {
    if (!this.#isHere(entry)) return;
    for (const listener of this.#listeners) listener(told(entry, more));
  }

  #trouble(news) {
    const before = JSON.stringify(this.#troubles);
    Object.assign(this.#troubles, news);
    if (JSON.stringify(this.#troubles) === before) return;
    for (const watcher of this.#watchers) watcher(this.#troubles);
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
