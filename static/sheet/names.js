// Which row of the sheet a name in somebody's list means. A name is told whole, in either order ("Berg, Kim"),
// or by the first name alone where only one pupil has it. Two pupils of one name are never guessed between.

import { fold } from "./cells.js";

/** Words without case and order: "Berg, Kim" and "Kim  Berg" are one. */
const key = (name) => fold(name.normalize("NFC")).split(/[\s,;.]+/).filter(Boolean).sort().join(" ");

export class Names {
  #rows = new Map();

  /** `rows` have `name` and `first_name`. */
  constructor(rows) {
    rows.forEach((row, place) => {
      for (const name of new Set([key(row.name), key(row.first_name)])) this.#add(name, place);
    });
  }

  #add(name, place) {
    if (name) this.#rows.set(name, [...(this.#rows.get(name) ?? []), place]);
  }

  /** The row's place; null when nobody is called so, undefined when several are. */
  find(name) {
    const found = this.#rows.get(key(name));
    if (!found) return null;
    return found.length === 1 ? found[0] : undefined;
  }

  /** How many of the texts name somebody on the sheet. */
  count(texts) {
    return texts.filter((text) => key(text) && this.find(text) !== null).length;
  }
}
