// When the queue is sent, and what an answer or a silence means. One batch at a time, for all tabs together.

import { asWrite } from "./entries.js";
import { whoIsHere } from "./session.js";

const LEAD = 20; // ms that the first cell waits for company: a pasted block is one batch
const PAUSE = 300; // ms between the beginnings of two batches
const PATIENCE = 15_000; // ms until an answer is given up
const FIRST_RETRY = 1_000; // ms; doubled each time up to
const LAST_RETRY = 30_000;
export const MOST = 200; // cells in one batch

export class Sender {
  #timer = null;
  #begun = -Infinity;
  #failures = 0;
  #isBusy = false;

  /**
   * @param queue what it serves: batch(), sending(batch), answered(batch, results), failed(batch, why),
   *   refused(batch, reason), hasMore(), troubles
   */
  constructor(queue, where, tabs) {
    Object.assign(this, { queue, where, tabs });
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => this.now());
  }

  /** Something new waits. */
  soon() {
    if (this.#failures) return; // the next try has its time already
    this.#at(Math.max(LEAD, this.#begun + PAUSE - performance.now()));
  }

  /** Do not wait for the next try: there may be a network or a session again. */
  now() {
    this.#failures = 0;
    this.#at(0);
  }

  #at(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#turn(), delay);
  }

  async #turn() {
    if (this.#isBusy || this.queue.troubles.isStopped) return;
    this.#isBusy = true;
    let isMore = false;
    try {
      isMore = await this.tabs.alone(() => this.#send());
    } finally {
      this.#isBusy = false;
    }
    if (this.#failures) this.#at(Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 2));
    else if (isMore) this.soon();
  }

  /** One batch to one address; whether more waits. */
  async #send() {
    const batch = await this.queue.batch();
    if (!batch.length) return false;
    this.#begun = performance.now();
    await this.queue.sending(batch);
    try {
      await this.#judge(batch, await this.#ask(batch));
    } catch {
      this.#failures += 1; // no network, no server, or no answer in time
      this.queue.failed(batch, "offline");
    }
    return !this.#failures && this.queue.hasMore();
  }

  #ask(batch) {
    return fetch(batch[0].address, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.where.csrf },
      body: JSON.stringify({ writes: batch.map(asWrite) }),
      signal: AbortSignal.timeout(PATIENCE),
    });
  }

  async #judge(batch, answer) {
    if (answer.ok) {
      const { results } = await answer.json();
      this.#failures = 0;
      return this.queue.answered(batch, results);
    }
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
      this.#failures += 1;
      return this.queue.failed(batch, "server");
    }
    if (await this.#hasAnotherSession()) return this.queue.failed(batch, "session");
    const problem = await answer.json().catch(() => ({}));
    const reason = problem.title ? [problem.title, ...(problem.reasons ?? [])].join(". ").replaceAll("..", ".") : "Servern sade nej.";
    return this.queue.refused(batch, reason);
  }

  /** A refusal may mean that somebody else is signed in, or that the same person has signed in anew. */
  async #hasAnotherSession() {
    const { csrf, person } = await whoIsHere();
    if (person !== this.where.person) {
      this.queue.troubles.set({ signed_out: person === null, other_person: person !== null });
      return true;
    }
    const isNew = csrf !== this.where.csrf;
    this.where.csrf = csrf;
    return isNew;
  }

  /** The page is being left: a last word about what has not been answered, which the browser sends on its own. */
  farewell(batch) {
    if (this.queue.troubles.isStopped) return;
    for (const address of new Set(batch.map((entry) => entry.address))) {
      const part = batch.filter((entry) => entry.address === address);
      fetch(address, {
        method: "PATCH",
        keepalive: true,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.where.csrf },
        body: JSON.stringify({ writes: part.map(asWrite) }),
      }).catch(() => {}); // what it did not reach lies in the store
    }
  }
}
