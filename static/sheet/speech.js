// What a screen reader is told besides the cell it stands on. Polite: it waits until what is being read is read.

import { el } from "./dom.js";

const WAIT = 120; // ms: the focus has moved and its cell is being read

export class Speech {
  #timer = 0;

  constructor(parent) {
    this.region = el("p", { class: "visually-hidden", role: "status" });
    parent.append(this.region);
  }

  /** Only the last of several sentences in a moment is said. */
  say(text) {
    clearTimeout(this.#timer);
    this.region.textContent = "";
    this.#timer = setTimeout(() => (this.region.textContent = text), WAIT);
  }
}
