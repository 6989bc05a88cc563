// The teacher's own text as words to tap. It lives in this page's memory and nowhere else: nothing here sends or
// stores anything.

const SPACES = /\s+/u;
const LETTERS = /[\p{L}\p{N}]/u;

export class Words {
  #errors = new Set();
  #last = -1;
  #buttons = [];

  /**
   * @param {HTMLElement} box the text's part of the page
   * @param {(attempted: number|null, errors: number) => void} onCount null while no last word is marked
   */
  constructor(box, onCount) {
    this.box = box;
    this.onCount = onCount;
    this.place = box.querySelector("[data-words]");
    box.querySelector("[data-use]").addEventListener("click", () => this.#use());
    box.querySelector("[data-other]").addEventListener("click", () => this.#open(false));
    box.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    this.place.addEventListener("click", (event) => this.#tap(event));
    this.place.addEventListener("keydown", (event) => this.#key(event));
  }

  get isUsed() {
    return this.#buttons.length > 0;
  }

  clear() {
    this.#errors.clear();
    this.#last = -1;
    this.mark("error");
    this.#paint();
  }

  /** @param {"error"|"last"} what the next tap marks */
  mark(what) {
    this.box.querySelector(`[name=marks][value=${what}]`).checked = true;
  }

  #use() {
    const text = this.box.querySelector("[data-own]").value;
    const words = text.split(SPACES).filter((word) => LETTERS.test(word));
    if (!words.length) return;
    this.#buttons = words.map((word, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = word;
      button.dataset.place = String(place);
      return button;
    });
    this.place.replaceChildren(...this.#buttons.flatMap((button) => [button, " "]));
    this.clear();
    this.#focusable(0);
    this.#open(true);
  }

  #open(isUsed) {
    this.box.querySelector("[data-paste]").hidden = isUsed;
    this.box.querySelector("[data-marks]").hidden = !isUsed;
    if (isUsed) this.#buttons[0].focus();
    else this.box.querySelector("[data-own]").focus();
  }

  #tap(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const place = Number(button.dataset.place);
    this.#focusable(place);
    if (this.box.querySelector("[name=marks][value=last]").checked) this.#end(place);
    else this.#toggle(place);
  }

  #key(event) {
    const place = this.#buttons.indexOf(event.target);
    const goal = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: this.#buttons.length - 1 }[event.key];
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.toLowerCase() === "s") this.#end(place);
    else if (goal === undefined) return;
    else if (this.#buttons[goal]) this.#focusable(goal).focus();
    event.preventDefault();
  }

  #toggle(place) {
    if (!this.#errors.delete(place)) this.#errors.add(place);
    this.#paint();
  }

  #end(place) {
    this.#last = this.#last === place ? -1 : place;
    this.mark("error");
    this.#paint();
  }

  /** One tab stop for the whole text; the arrows move it. */
  #focusable(place) {
    this.#buttons.forEach((button, number) => (button.tabIndex = number === place ? 0 : -1));
    return this.#buttons[place];
  }

  #paint() {
    this.#buttons.forEach((button, place) => {
      const isAfter = this.#last >= 0 && place > this.#last;
      button.setAttribute("aria-pressed", String(this.#errors.has(place) && !isAfter));
      button.classList.toggle("after", isAfter);
      if (place === this.#last) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    const read = [...this.#errors].filter((place) => this.#last < 0 || place <= this.#last);
    if (this.isUsed) this.onCount(this.#last < 0 ? null : this.#last + 1, read.length);
  }
}
