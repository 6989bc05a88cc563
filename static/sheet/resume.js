// The session has ended: a sign-in box on top of the page. What was typed waits and is sent afterwards.
//
// The box takes no keys from somebody who is in the middle of typing: she looks at her papers, and what she types
// is for the sheet. It stands first on the page, so Shift+Tab leads to it, and the notice has a button to it.

import { button, el } from "./dom.js";
import { renewForms, signIn, whoIsHere } from "./session.js";

export class Resume {
  #box = null;
  #cameFrom = null;

  constructor(queue) {
    this.queue = queue;
    this.isOut = false;
    queue.onsignin = () => this.#open(true);
    queue.onsession = () => this.#look().catch(() => {}); // no answer: the next try asks again
    document.addEventListener("visibilitychange", () => {
      if (this.isOut && !document.hidden) queue.onsession(); // back from where she perhaps signed in
    });
    queue.watch(({ signed_out: isOut }) => {
      if (isOut && !this.isOut) this.#open(document.activeElement === document.body);
      if (!isOut) this.#close();
      this.isOut = isOut;
    });
  }

  /** Somebody has signed in, here or in another tab: who? */
  async #look() {
    const { csrf, person } = await whoIsHere();
    if (person) renewForms(csrf);
    this.queue.resume({ csrf, person });
  }

  #open(takesFocus) {
    this.#box ??= this.#make();
    if (!takesFocus) return;
    this.#box.querySelector("input").focus();
  }

  #make() {
    const told = el("div", { role: "alert" });
    const code = field("Kod från din app", { name: "code", inputmode: "numeric", autocomplete: "one-time-code" });
    code.hidden = true;
    const form = el(
      "form", { submit: (event) => this.#submit(event, told, code) },
      field("Användarnamn", { name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true }),
      field("Lösenord", { name: "password", type: "password", autocomplete: "current-password", required: true }),
      code,
      el(
        "div", { class: "actions" },
        el("button", { type: "submit", class: "btn btn-primary" }, "Logga in"),
        button("Senare", () => this.#close()),
      ),
    );
    const box = el(
      "div", { class: "resume", popover: "manual", role: "dialog", "aria-labelledby": "resume-heading" },
      el("h2", { id: "resume-heading" }, "Du har loggats ut"),
      el("p", {}, "Det du har skrivit ligger kvar. Logga in igen, så sparas det och du kan fortsätta där du var."),
      this.#elsewhere(), told, form,
    );
    box.addEventListener("focusin", ({ relatedTarget: before }) => {
      if (before && !box.contains(before)) this.#cameFrom = before;
    });
    box.addEventListener("keydown", (event) => event.key === "Escape" && this.#close());
    document.getElementById("main").prepend(box);
    box.showPopover?.(); // on top of everything; older browsers show it where it stands
    return box;
  }

  /** The way in that she came by, in a tab of its own: the sheet stays as it is. */
  #elsewhere() {
    const { provider, providerAddress: href } = this.queue.where;
    if (!provider) return null;
    const way = el("a", { class: "btn btn-primary", href, target: "_blank" }, `Logga in genom ${provider}`);
    return el("p", {}, way, " Kom sedan tillbaka hit.");
  }

  #close() {
    const hadFocus = this.#box?.contains(document.activeElement);
    this.#box?.remove();
    this.#box = null;
    if (hadFocus) this.#cameFrom?.focus();
    this.#cameFrom = null;
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
