// Every cell that is not stored, of all the person's sheets, as this tab knows them; and who is told of them.

import { answered, isReady, latest, nameOf, told } from "./entries.js";

export class Ledger {
  #entries = new Map();
  #versions = new Map(); // of cells stored from this browser lately, by name
  #unlaid = new Set(); // names whose latest text is on its way into the store
  #listeners = new Set();

  /** `addresses`: where this page's cells are saved. */
  constructor(addresses) {
    this.addresses = new Set(addresses);
  }

  get size() {
    return this.#entries.size;
  }

  at(cell) {
    return this.#entries.get(nameOf(cell));
  }

  /** The entry as it stands now, if it still does. */
  now(entry) {
    return this.#entries.get(nameOf(entry)) ?? entry;
  }

  all() {
    return [...this.#entries.values()];
  }

  isHere = ({ address }) => this.addresses.has(address);

  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(entry, more) {
    if (!this.isHere(entry)) return;
    const isInHand = entry.state === "waiting" && this.#unlaid.has(nameOf(entry));
    const event = told(entry, { ...(isInHand && { state: "typed" }), ...more });
    for (const listener of this.#listeners) listener(event);
  }

  become(entry) {
    this.#entries.set(nameOf(entry), entry);
    this.#tell(entry);
  }

  forget(entry) {
    if (this.#entries.delete(nameOf(entry))) this.#tell(entry, { state: "dropped" });
  }

  /** The server's answer to a write of this tab or of another. */
  apply(cell, client_id, result) {
    const name = nameOf(cell);
    if (result.status === "stored") this.#versions.set(name, result.version);
    const entry = this.#entries.get(name);
    const after = entry && answered(entry, client_id, result);
    if (after) return this.become(after);
    this.#entries.delete(name);
    const { version, level, text, is_on_other_text } = result;
    return entry && this.#tell(entry, { state: "stored", version, level, text, is_on_other_text });
  }

  /** Take over what lies in the store, perhaps from another tab: but never over a text that is on its way there. */
  adopt({ entries, stored }) {
    for (const cell of stored) this.#versions.set(nameOf(cell), cell.version);
    for (const entry of entries) {
      const mine = this.#entries.get(nameOf(entry));
      const isSame = mine?.first.client_id === entry.first.client_id && latest(mine).client_id === latest(entry).client_id;
      if (!isSame && !this.#unlaid.has(nameOf(entry))) this.become({ ...entry, state: "waiting" });
    }
  }

  /** The version of a cell that what is typed now comes after. */
  reached(cell, version) {
    return Math.max(version, this.#versions.get(nameOf(cell)) ?? 0);
  }

  /** These are on their way into the store. */
  lay(entries) {
    for (const entry of entries) {
      this.#unlaid.add(nameOf(entry));
      this.become(entry);
    }
  }

  /** They lie there, or could not; newer texts are still on their way. */
  laid(entries) {
    for (const entry of entries) {
      const now = this.#entries.get(nameOf(entry));
      if (now && latest(now).client_id !== latest(entry).client_id) continue;
      this.#unlaid.delete(nameOf(entry));
      if (now) this.#tell(now);
    }
  }

  /** What can be sent, all of it to one address; this page's first, and what has just failed after the others. */
  ready() {
    const ready = this.all().filter((entry) => isReady(entry) && !this.#unlaid.has(nameOf(entry)));
    const order = (entry) => 2 * !this.isHere(entry) + (entry.state === "failed");
    const [{ address } = {}] = [...ready].sort((one, other) => order(one) - order(other));
    return ready.filter((entry) => entry.address === address);
  }

  counts() {
    const every = this.all();
    const of = (...states) => every.filter(({ state }) => states.includes(state)).length;
    return {
      waiting: of("waiting", "sending", "failed"),
      failed: of("failed"),
      conflicts: of("conflict"),
      refused: of("refused"),
      elsewhere: every.filter((entry) => !this.isHere(entry)).length,
    };
  }
}
