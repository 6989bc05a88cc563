// What has been typed and is not yet stored, cell by cell. Nothing leaves the queue before the server has said
// "stored", or the person has said that it may go.

const PAUSE = 300; // ms that cells wait for company
const MOST = 200; // cells in one batch

/**
 * @typedef {{row: string, measure: string}} Cell
 * @typedef {"waiting"|"sending"|"stored"|"conflict"|"refused"|"failed"} State
 * @typedef {Cell & {text: string, version: number, assessed_on: ?string, client_id: string, state: State}} Entry
 */

const nameOf = ({ row, measure }) => `${row} ${measure}`;

export class Queue {
  /** @param {{address: string, csrf: string, person: string, key: string}} where */
  constructor(where) {
    this.where = where;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    this.later = new Map(); // newer texts for cells that are on their way
    this.listeners = new Set();
    this.isSending = false;
  }

  put({ row, measure, text, version = 0, assessed_on = null }) {
    const entry = {
      row, measure, text, version, assessed_on, client_id: crypto.randomUUID(), state: "waiting", at: Date.now(),
    };
    const there = this.entries.get(nameOf(entry));
    if (there?.state === "sending") this.later.set(nameOf(entry), entry);
    else this.entries.set(nameOf(entry), { ...entry, version: Math.max(version, there?.version ?? 0) });
    this.tell(entry);
    this.soon(PAUSE);
  }

  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  counts() {
    const every = [...this.entries.values()];
    const of = (...states) => every.filter(({ state }) => states.includes(state)).length;
    return {
      waiting: of("waiting", "sending", "failed"), failed: of("failed"), conflicts: of("conflict"), refused: of("refused"),
    };
  }

  pending() {
    return [...this.entries.entries()].map(([name, entry]) => ({ ...entry, ...this.later.get(name) }));
  }

  settle(cell, whose) {
    const entry = this.entries.get(nameOf(cell));
    if (entry?.state !== "conflict") return;
    Object.assign(entry, { state: "waiting", client_id: crypto.randomUUID(), gives_way: whose === "theirs" });
    this.tell(entry);
    this.soon(0);
  }

  drop(cell) {
    this.entries.delete(nameOf(cell));
  }

  tell(entry, more = {}) {
    for (const listener of this.listeners) listener({ ...entry, ...more });
  }

  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause);
  }

  async send() {
    const batch = [...this.entries.values()].filter(({ state }) => ["waiting", "failed"].includes(state)).slice(0, MOST);
    if (this.isSending || !batch.length) return;
    this.isSending = true;
    for (const entry of batch) this.become(entry, "sending");
    try {
      const answer = await fetch(this.where.address, {
        method: "PATCH",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.where.csrf },
        body: JSON.stringify({ writes: batch.map(asWrite) }),
      });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const { results } = await answer.json();
      batch.forEach((entry, place) => this.answered(entry, results[place]));
    } catch {
      for (const entry of batch) this.become(entry, "failed");
      this.soon(2000);
    } finally {
      this.isSending = false;
    }
    if ([...this.entries.values()].some(({ state }) => state === "waiting")) this.soon(0);
  }

  become(entry, state, more = {}) {
    Object.assign(entry, { state, ...more });
    this.tell(entry);
  }

  answered(entry, { status, version, text, level, reason, by, at }) {
    const name = nameOf(entry);
    const newer = this.later.get(name);
    this.later.delete(name);
    if (status === "stored") {
      this.entries.delete(name);
      this.tell(entry, { state: "stored", version, level, text });
    } else {
      this.become(entry, status, { version, reason, by, at, theirs: text, level });
    }
    if (newer) this.put({ ...newer, version });
  }
}

const asWrite = ({ client_id, row, measure, text, version, assessed_on, gives_way }) => ({
  client_id, pupil: row, measure, value: text || null, expected_version: version, assessed_on, gives_way,
});

export async function openQueue(where) {
  return new Queue(where);
}
