// Which row of the sheet a name in somebody's list means. A name is told whole, in either order ("Berg, Kim"),
// or by the first name alone where only one pupil has it; with the class where there are several. Two pupils of one
// name are never guessed between.

import { fold } from "./cells.js";

/** Words without case and order: "Berg, Kim" and "Kim  Berg" are one. */
const key = (name) => fold(name.normalize("NFC")).split(/[\s,;.]+/).filter(Boolean).sort().join(" ");

export class Names {
  #rows = new Map();

  /** `rows` have `name`, `first_name` and, on a sheet of several classes, `part.class`. */
  constructor(rows) {
    rows.forEach(({ name, first_name: first, part }, place) => {
      const whole = part?.class ? [`${part.class} ${name}`, `${part.class} ${first}`] : [];
      for (const one of new Set([name, first, ...whole].map(key))) this.#add(one, place);
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

  /** How many of the texts name somebody on the sheet; somebody of several counts half. */
  count(texts) {
    const sure = (text) => ({ number: 1, undefined: 0.5 })[typeof this.find(text)] ?? 0;
    return texts.reduce((sum, text) => sum + sure(text), 0);
  }
}
