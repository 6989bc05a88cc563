// The browser's own store of what is not yet on the server: one record per cell, shared by all tabs.
//
// A record: {id, version, tried, first, next}. `first` is the write the server is asked about, `next` a newer text
// that came while `first` was on its way: first must be answered before next may go. A write is kept as
// {client_id, at, iv, sealed}; the text is inside the seal. No name and no pupil's id is ever put here. What is
// left of a stored cell for a while is {id, version, stored}.

const DATABASE = "lasspar-queue";
const CELLS = "cells";
const FLUSH = 500; // ms after which what was written is forced onto the disk
const MARK = "flushed"; // a record that says nothing

const asked = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

export class Store {
  #database;
  #person;
  #flushing = null;

  /** Rejects where the browser keeps nothing (private windows, a full disk, a policy). */
  static async open(person) {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(CELLS, { keyPath: "id" });
    const store = new Store();
    store.#person = person;
    store.#database = await asked(request);
    store.#database.onversionchange = () => store.#database.close();
    return store;
  }

  /** Where a cell lies. */
  idOf({ address, row, measure }) {
    return `${this.#person} ${address} ${row} ${measure}`;
  }

  /** Every record of this person, of all sheets. */
  all() {
    const mine = IDBKeyRange.bound(`${this.#person} `, `${this.#person} \uffff`);
    return asked(this.#database.transaction(CELLS).objectStore(CELLS).getAll(mine));
  }

  /**
   * Change some records in one transaction. `change(record | undefined)` returns the record to keep, null to
   * take it away, undefined to leave it alone. Resolves when a closed tab or a dead browser cannot undo it; a
   * power cut cannot either, half a second later.
   */
  change(ids, change) {
    if (!ids.length) return Promise.resolve();
    clearTimeout(this.#flushing);
    this.#flushing = setTimeout(() => this.#write("strict", (cells) => cells.put({ id: MARK })).catch(() => {}), FLUSH);
    return this.#write("relaxed", (cells, transaction) => {
      let left = ids.length;
      for (const id of ids) {
        const request = cells.get(id);
        request.onsuccess = () => {
          const after = change(request.result, id);
          if (after === null) cells.delete(id);
          else if (after) cells.put(after);
          left -= 1;
          if (!left) transaction.commit(); // now, not when the browser finds the time
        };
      }
    });
  }

  #write(durability, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(CELLS, "readwrite", { durability });
      transaction.oncomplete = () => resolve();
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore(CELLS), transaction);
    });
  }
}
