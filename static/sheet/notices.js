// What stands in the way of saving, said on top of the sheet as long as it lasts.

import { button, el } from "./dom.js";
import { counted } from "./words.js";

const SILENT = {
  offline: "Ingen kontakt med Lässpår just nu.",
  server: "Lässpår kan inte spara just nu.",
};
const ON = "Du kan fortsätta skriva. Det ligger kvar här och skickas av sig självt.";

export class Notices {
  constructor(queue) {
    this.queue = queue;
    this.element = el("div", { class: "queue-notices", role: "status" });
    (document.querySelector("#main .page-head") ?? document.querySelector("#main > :first-child"))?.after(this.element);
    queue.watch((troubles) => this.element.replaceChildren(...this.#all(troubles)));
  }

  *#all(troubles) {
    const { kept, silent, signed_out: signedOut, other_person: isOther, expired, unreadable } = troubles;
    if (isOther) yield this.#otherPerson();
    else if (signedOut) yield notice("Du är utloggad", "Det du skriver ligger kvar och skickas när du har loggat in.", this.#signIn());
    else if (silent) yield notice(SILENT[silent], kept ? ON : "Det du skriver finns bara på den här sidan: lämna den inte.");
    if (!kept) yield notice("Webbläsaren kan inte spara undan det du skriver", "Stäng inte sidan förrän allt är sparat.");
    if (expired.length) yield this.#expired(expired.length);
    if (unreadable) yield this.#unreadable(unreadable);
  }

  #signIn() {
    return button("Logga in", () => this.queue.onsignin?.());
  }

  #otherPerson() {
    const words = "Det som skrevs här är inte skickat. Det ligger låst i webbläsaren tills den som skrev det loggar in.";
    return notice("Någon annan är inloggad nu", words, button("Öppna bladet som den som är inloggad", () => location.reload()));
  }

  #expired(count) {
    const words = `${counted(count, "resultat", "resultat")} skrevs för mer än 30 dagar sedan och kunde aldrig sparas.`;
    return notice(
      "Gamla resultat som inte är sparade", words,
      button("Skicka nu", () => this.queue.decideExpired(true)),
      button("Kasta", () => this.queue.decideExpired(false)),
    );
  }

  #unreadable(count) {
    const words = `${counted(count, "resultat som inte hann sparas", "resultat som inte hann sparas")} går inte längre att låsa upp, för serverns nyckel har bytts. Fyll i dem igen.`;
    return notice("Något gick inte att läsa", words, button("Jag har sett det", () => this.queue.dropUnreadable()));
  }
}

function notice(heading, words, ...buttons) {
  return el("div", { class: "notice notice-warning" }, el("h2", {}, heading), el("p", {}, words), ...buttons);
}
