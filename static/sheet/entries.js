// The life of one cell in the queue, as plain values: no store, no network, no clock.
//
// An entry: {address, row, measure, version, first, next, tried, state, theirs, reason}. `first` is the write the
// server is asked about; once it has been tried nobody knows whether it arrived, so a newer text waits behind it
// as `next`. `version` is the version of the cell that `first` is meant to replace.

/**
 * @typedef {{client_id: string, text: string, assessed_on: ?string, is_on_other_text: ?boolean, at: number,
 *   gives_way?: boolean}} Write
 */

const STATES_OF_CARE = ["conflict", "refused"]; // a person must look at them; they are not sent as they are

const SAID = ["text", "assessed_on", "is_on_other_text"];

export const nameOf = ({ address, row, measure }) => `${address} ${row} ${measure}`;
export const latest = (entry) => entry.next ?? entry.first;
export const isReady = ({ state }) => !STATES_OF_CARE.includes(state);

/** Somebody typed in the cell. Null when the queue says so already. */
export function typed(entry, cell, write, version) {
  if (!entry) return { ...cell, version, first: write, next: null, tried: false, state: "waiting" };
  const last = latest(entry);
  if (isReady(entry) && SAID.every((name) => last[name] === write[name])) return null;
  if (entry.state === "conflict") return { ...entry, first: write }; // who else wrote must be answered first
  if (entry.tried) return { ...entry, next: write };
  return { ...entry, version: Math.max(entry.version, version), first: write, state: "waiting", reason: null };
}

/**
 * The server has answered the write `client_id` (perhaps another tab's). What the entry becomes; null: done.
 */
export function answered(entry, client_id, { status, version, text, level, reason, by, at }) {
  const isOurs = entry.first.client_id === client_id;
  const after = { ...entry, tried: isOurs ? false : entry.tried };
  if (isOurs && entry.next) Object.assign(after, { first: entry.next, next: null });
  const isNews = !isOurs || Boolean(entry.next); // what stands in the entry now is newer than the answer
  if (status === "stored") return isNews ? { ...after, version: Math.max(version, entry.version), state: "waiting" } : null;
  if (status === "conflict") return { ...after, state: "conflict", theirs: { version, text, level, by, at } };
  return isNews ? { ...after, state: "waiting" } : { ...after, state: "refused", reason };
}

/** The person has chosen: her own value, or that of the other (then hers is kept in the history). */
export function settled(entry, whose, client_id) {
  const first = { ...latest(entry), client_id, gives_way: whose === "theirs" };
  return { ...entry, first, next: null, tried: false, version: entry.theirs.version, state: "waiting", theirs: null };
}

/** What the server is asked for. */
export function asWrite({ row, measure, version, first }) {
  const { client_id, text, assessed_on, is_on_other_text: isOther, gives_way } = first;
  const write = { client_id, pupil: row, measure, value: text === "" ? null : text, expected_version: version };
  if (assessed_on) write.assessed_on = assessed_on;
  if (typeof isOther === "boolean") write.is_on_other_text = isOther;
  if (gives_way) write.gives_way = true;
  return write;
}

/** What listeners are told of an entry. */
export function told(entry, more = {}) {
  const { row, measure, state, version, reason = null, theirs } = entry;
  const { text, assessed_on, is_on_other_text } = latest(entry);
  const other = theirs ? { theirs: theirs.text, by: theirs.by, at: theirs.at, level: theirs.level } : {};
  return { row, measure, state, text, version, assessed_on, is_on_other_text, reason, ...other, ...more };
}
