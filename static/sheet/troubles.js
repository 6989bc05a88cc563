// What stands in the way of saving, for those who tell about it.

export class Troubles {
  #watchers = new Set();

  constructor(kept) {
    /** `kept`: in the browser's store; `silent`: "offline" or "server"; `expired`: entries too old to be sent unasked. */
    this.now = { kept, silent: null, signed_out: false, other_person: false, expired: [], unreadable: 0 };
  }

  set(news) {
    const before = JSON.stringify(this.now);
    Object.assign(this.now, news);
    if (JSON.stringify(this.now) === before) return;
    for (const watcher of this.#watchers) watcher(this.now);
  }

  watch(watcher) {
    this.#watchers.add(watcher);
    watcher(this.now);
    return () => this.#watchers.delete(watcher);
  }

  /** Nothing can be sent before somebody has done something. */
  get isStopped() {
    return this.now.signed_out || this.now.other_person;
  }
}
