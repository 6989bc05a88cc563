// Entries laid by in the browser's store, locked, and fetched from there: what a closed tab or a power cut leaves.

import { Store } from "./store.js";
import { Vault } from "./vault.js";

const LONGEST = 30 * 24 * 3600 * 1000; // ms that a text is sent after it was typed
const TRACES = 10 * 60 * 1000; // ms that the version of a stored cell is remembered: a page may be older than it

/** The cell of a record: the store's ids are a person, an address, a row and a measure. */
function cellOf({ id }) {
  const [, address, row, measure] = id.split(" ");
  return { address, row, measure };
}

/**
 * Apply an answer to a record; the seals are not opened for it. Of a write that was not stored the version stays what
 * she saw: what somebody else wrote meanwhile is not hers to replace unasked.
 */
function recordAfter(record, client_id, { status, version }) {
  if (record?.first.client_id !== client_id) return undefined;
  const isStored = status === "stored";
  if (record.next) return { ...record, first: record.next, next: null, tried: false, version: isStored ? version : record.version };
  return isStored ? { id: record.id, version, stored: Date.now() } : { ...record, tried: false };
}

export class Shelf {
  #store = null;
  #vault = null;
  #begun = Promise.resolve(); // the last work has been given to the store, which does one after the other
  #done = Promise.resolve();
  isKeeping = false;

  static async open({ person, key }) {
    const shelf = new Shelf();
    try {
      shelf.#vault = await Vault.open(key);
      shelf.#store = await Store.open(person);
      shelf.isKeeping = true;
    } catch {
      shelf.#store = null; // what is typed lies in this page only, and the page says so
    }
    return shelf;
  }

  /** Everything of this person's: entries to send, those too old to be sent unasked, and how many are unreadable. */
  async load() {
    const found = { entries: [], expired: [], unreadable: 0, stored: [] };
    for (const record of await this.#records()) {
      if (record.stored) {
        found.stored.push({ ...cellOf(record), version: record.version });
        continue;
      }
      const entry = await this.#opened(record);
      if (!entry) found.unreadable += 1;
      else if (Date.now() - (entry.next ?? entry.first).at > LONGEST) found.expired.push(entry);
      else found.entries.push(entry);
    }
    return found;
  }

  /** What lies in the store; nothing where it cannot be asked: a tablet that has slept may have lost it. */
  async #records() {
    try {
      return (await this.#store?.all()) ?? [];
    } catch {
      this.isKeeping = false;
      return [];
    }
  }

  /** What another page has laid by may be on its way to the server from there: it counts as tried. */
  async #opened({ id, version, first, next }) {
    const writes = await Promise.all([first, next].map((write) => write && this.#vault.read(id, write)));
    if (!writes[0]) return null;
    const { address, row, measure } = writes[0];
    const [one, two] = writes.map((write) => write && { ...write.write });
    return { address, row, measure, version, tried: true, first: one, next: two ?? null, state: "waiting" };
  }

  /** Lay entries by, all or none. False when the browser could not: they are kept in this page only. */
  keep(entries) {
    return this.#do(
      (sealed) => {
        const records = new Map(sealed.map((record) => [record.id, record]));
        return this.#store.change([...records.keys()], (there, id) => behind(there, records.get(id)));
      },
      () => Promise.all(entries.map((entry) => this.#sealed(entry))),
    );
  }

  async #sealed(entry) {
    const { address, row, measure, version, tried } = entry;
    const id = this.#store.idOf(entry);
    const seal = async (write) =>
      write && {
        client_id: write.client_id,
        at: write.at,
        ...(await this.#vault.seal(id, { address, row, measure, write })),
      };
    return { id, version, tried, first: await seal(entry.first), next: await seal(entry.next) };
  }

  /** From now on nobody knows whether these have arrived. */
  try(entries) {
    const sent = this.#byId(entries);
    return this.#do(() =>
      this.#store.change([...sent.keys()], (record, id) =>
        record?.first.client_id === sent.get(id).first.client_id ? { ...record, tried: true } : undefined,
      ),
    );
  }

  /** What the server answered, `[entry as it was sent, result]`. */
  answer(answers) {
    const results = new Map(answers.map(([entry, result]) => [this.#store?.idOf(entry), [entry, result]]));
    return this.#do(() =>
      this.#store.change([...results.keys()], (record, id) => {
        const [entry, result] = results.get(id);
        return recordAfter(record, entry.first.client_id, result);
      }),
    );
  }

  /** Take away for good. */
  drop(entries) {
    return this.#do(() => this.#store.change([...this.#byId(entries).keys()], () => null));
  }

  /** Take away what is left of stored cells: what is old, or all of it. */
  sweep(isAll) {
    return this.#do(async () => {
      const records = await this.#store.all();
      const old = records.filter(({ stored }) => stored && (isAll || Date.now() - stored > TRACES));
      await this.#store.change(old.map(({ id }) => id), (record) => (record?.stored ? null : undefined));
    });
  }

  /** Records that no key of this person's opens any more. */
  dropUnreadable() {
    return this.#do(async () => {
      const records = await this.#store.all();
      const opened = await Promise.all(records.map((record) => record.stored || this.#opened(record)));
      const lost = new Map(records.filter((_record, place) => !opened[place]).map((record) => [record.id, record.first]));
      const isLost = (record, id) => record?.first?.client_id === lost.get(id).client_id;
      await this.#store.change([...lost.keys()], (record, id) => (isLost(record, id) ? null : undefined));
    });
  }

  #byId(entries) {
    return new Map(entries.map((entry) => [this.#store?.idOf(entry), entry]));
  }

  /**
   * Given to the store in the order they were asked for, without waiting for each other; what a work needs first
   * is made ready at once. The less stands between a key and the store, the less a dead tab can take.
   */
  #do(work, ready = () => null) {
    if (!this.#store) return Promise.resolve(false);
    const begun = Promise.all([ready(), this.#begun]).then(([needed]) => ({ done: work(needed) }));
    this.#begun = begun.catch(() => {});
    const done = begun.then((given) => given.done).then(
      () => (this.isKeeping = true),
      () => (this.isKeeping = false),
    );
    this.#done = Promise.all([this.#done, done]);
    return done;
  }

  /** Resolves when everything asked for so far lies there (or could not). */
  rest() {
    return this.#done;
  }
}

/** A newer text never takes the place of one that has been tried and not answered: it waits behind it. */
function behind(there, record) {
  if (!there?.tried) return record;
  const isSame = there.first.client_id === record.first.client_id;
  return isSame ? { ...record, tried: true } : { ...there, next: record.next ?? record.first };
}
