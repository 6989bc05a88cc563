// Sixty seconds. Counted from what the device's clock says and never from ticks, so that a page that slept for a
// while knows how long; stopping and going on keeps what has passed.

export const MINUTE = 60;
const TOLD = new Set([30, 10]);
const WORDS = { ready: "Starta", running: "Stopp", stopped: "Fortsätt", over: "Starta" };

export class Clock {
  #passed = 0; // milliseconds, before the last start
  #since = 0;
  #ticking = 0;
  #state = "ready";

  /**
   * @param {HTMLElement} box the clock on the page
   * @param {(seconds: number, isOver: boolean) => void} onStop hears how long the pupil read
   */
  constructor(box, onStop) {
    this.box = box;
    this.onStop = onStop;
    this.left = box.querySelector("[data-left]");
    this.said = box.querySelector("[data-said]");
    this.button = box.querySelector("[data-go]");
    this.button.addEventListener("click", () => this.#press());
    box.querySelector("[data-again]").addEventListener("click", () => this.reset());
    document.addEventListener("visibilitychange", () => this.#seen());
    this.reset();
  }

  reset() {
    clearInterval(this.#ticking);
    this.#passed = 0;
    this.#become("ready", "");
  }

  #press() {
    if (this.#state === "running") this.#stop();
    else this.#start();
  }

  #start() {
    if (this.#state === "over") this.#passed = 0;
    this.#since = Date.now();
    this.#ticking = setInterval(() => this.#tick(), 200);
    this.#become("running", "Klockan går.");
  }

  #stop() {
    this.#passed = this.#now();
    clearInterval(this.#ticking);
    const seconds = Math.max(1, Math.round(this.#passed / 1000));
    this.#become("stopped", `Stoppad efter ${seconds} sekunder. Fortsätt, eller skriv hur många ord eleven läste.`);
    this.onStop(seconds, false);
  }

  #tick() {
    if (this.#now() >= MINUTE * 1000) {
      clearInterval(this.#ticking);
      this.#passed = MINUTE * 1000;
      this.#become("over", "Tiden är ute. Markera sista lästa ordet, eller skriv antalet.");
      navigator.vibrate?.(200);
      this.onStop(MINUTE, true);
      return;
    }
    const before = this.left.textContent;
    this.#show();
    if (before !== this.left.textContent && TOLD.has(Number(this.left.textContent))) {
      this.said.textContent = `${this.left.textContent} sekunder kvar.`;
    }
  }

  #now() {
    return this.#passed + (this.#state === "running" ? Date.now() - this.#since : 0);
  }

  #show() {
    this.left.textContent = String(Math.max(0, Math.ceil(MINUTE - this.#now() / 1000)));
  }

  #become(state, said) {
    this.#state = state;
    this.box.dataset.state = state;
    this.button.textContent = WORDS[state];
    this.said.textContent = said;
    this.#show();
  }

  #seen() {
    if (document.hidden || this.#state !== "running") return;
    this.#tick();
    this.said.textContent += " Sidan var dold en stund medan klockan gick: börja om om eleven blev avbruten.";
  }
}
