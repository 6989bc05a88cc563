// Leaving while something is not stored: the browser asks first, and a last word goes to the server anyway.

import { button, el } from "./dom.js";
import { counted } from "./words.js";

const PATIENCE = 4_000; // ms that signing out waits for the last cells

export function guardLeaving(queue) {
  addEventListener("beforeunload", (event) => {
    if (queue.unsaved) event.preventDefault();
  });
  addEventListener("pagehide", () => queue.farewell());
  for (const form of document.querySelectorAll("form[action$='/sign-out']")) {
    let isLeaving = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (isLeaving) return; // pressed again while the last cells are sent
      isLeaving = true;
      await signOut(form, queue);
      isLeaving = false;
    });
  }
}

/** Signing out sends what waits first. What cannot be sent stays locked in this browser, if she says so. */
async function signOut(form, queue) {
  const pressed = form.querySelector("button");
  const usual = pressed.textContent;
  if (queue.unsaved) {
    pressed.textContent = "Sparar först …";
    queue.sender.now();
  }
  const until = Date.now() + PATIENCE;
  while (queue.counts().waiting && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
  pressed.textContent = usual;
  if (!queue.unsaved || (await isSure(queue))) {
    await queue.letGo();
    form.submit();
  }
}

function isSure(queue) {
  const count = counted(queue.unsaved, "resultat är inte sparat", "resultat är inte sparade");
  const where = queue.troubles.now.kept
    ? "Loggar du ut ligger det kvar låst i den här webbläsaren och skickas nästa gång du öppnar bladet här."
    : "Webbläsaren kan inte spara undan det. Loggar du ut försvinner det.";
  return new Promise((resolve) => {
    const dialog = el(
      "dialog", { class: "question", "aria-labelledby": "leaving-heading" },
      el("h2", { id: "leaving-heading" }, "Allt är inte sparat"),
      el("p", {}, `${count}. ${where}`),
      el(
        "div", { class: "actions" },
        button("Stanna kvar", () => dialog.close("stay"), { class: "btn btn-primary", autofocus: true }),
        button("Logga ut ändå", () => dialog.close("leave")),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "leave");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
