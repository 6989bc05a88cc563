// The session has ended: a sign-in box on top of the page. What was typed waits behind it and is sent afterwards.

import { button, el } from "./dom.js";
import { renewForms, signIn, whoIsHere } from "./session.js";

export class Resume {
  #dialog = null;

  constructor(queue) {
    this.queue = queue;
    this.isOut = false;
    queue.onsignin = () => this.#open();
    queue.onsession = () => this.#look();
    queue.watch(({ signed_out: isOut }) => {
      if (isOut && !this.isOut) this.#open();
      if (!isOut) this.#dialog?.close();
      this.isOut = isOut;
    });
  }

  /** Somebody has signed in, here or in another tab: who? */
  async #look() {
    const { csrf, person } = await whoIsHere();
    if (person) renewForms(csrf);
    this.queue.resume({ csrf, person });
  }

  #open() {
    if (this.#dialog) return;
    const told = el("div", { role: "alert" });
    const code = field("Kod från din app", { name: "code", inputmode: "numeric", autocomplete: "one-time-code" });
    code.hidden = true;
    const form = el(
      "form", { method: "dialog", submit: (event) => this.#submit(event, told, code) },
      field("Användarnamn", { name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true }),
      field("Lösenord", { name: "password", type: "password", autocomplete: "current-password", required: true }),
      code,
      el(
        "div", { class: "actions" },
        el("button", { type: "submit", class: "btn btn-primary" }, "Logga in"),
        button("Senare", () => this.#dialog.close()),
      ),
    );
    this.#dialog = el(
      "dialog", { class: "question", "aria-labelledby": "resume-heading" },
      el("h2", { id: "resume-heading" }, "Du har loggats ut"),
      el("p", {}, "Det du har skrivit ligger kvar. Logga in igen, så sparas det och du kan fortsätta där du var."),
      told, form,
    );
    this.#dialog.addEventListener("close", () => {
      this.#dialog.remove();
      this.#dialog = null;
    });
    this.#dialog.addEventListener("keydown", (event) => event.stopPropagation()); // nothing here is for the grid
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  async #submit(event, told, code) {
    event.preventDefault();
    const fields = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== ""));
    try {
      const refused = await signIn(fields);
      if (!refused) return await this.#look();
      code.hidden = !refused.asksForCode;
      told.replaceChildren(...refused.reasons.map((reason) => el("p", { class: "fault" }, reason)));
    } catch {
      told.replaceChildren(el("p", { class: "fault" }, "Ingen kontakt med Lässpår just nu. Försök igen om en stund."));
    }
    return undefined;
  }
}

function field(label, attributes) {
  const id = `resume-${attributes.name}`;
  return el(
    "div", { class: "field" },
    el("label", { for: id }, label), el("input", { id, class: "form-control", ...attributes }),
  );
}
