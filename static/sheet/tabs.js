// Several tabs of one person: one of them sends at a time, and all of them show what becomes of each cell.

export class Tabs {
  #name;
  #channel = null;
  #chain = Promise.resolve();

  /** `heard(message)` is called with what other tabs say. */
  constructor(person, heard) {
    this.#name = `lasspar-queue ${person}`;
    if (!("BroadcastChannel" in globalThis)) return;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => heard(data);
  }

  say(message) {
    this.#channel?.postMessage(message);
  }

  /** Run `work` while no other tab does; without Web Locks only this tab waits for itself. */
  alone(work) {
    if (navigator.locks) return navigator.locks.request(this.#name, work);
    const done = this.#chain.then(work);
    this.#chain = done.catch(() => {});
    return done;
  }
}
