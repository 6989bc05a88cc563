// Questions on top of the sheet. The focus comes back to where it was.

import { button, el } from "./dom.js";

/** Ask with a heading, content and a verb; `onYes` may return false to keep the question open. */
export function ask(heading, content, { yes, onYes, onClosed, wide = false }) {
  const confirm = button(yes, () => onYes() !== false && leave(), { class: "btn btn-primary" });
  const cancel = button("Avbryt", () => leave());
  const title = el("h2", { id: "dialog-heading" }, heading);
  const dialog = el(
    "dialog",
    { class: wide ? "question wide" : "question", "aria-labelledby": "dialog-heading" },
    title, content, el("div", { class: "actions" }, confirm, cancel),
  );
  function leave() {
    if (!dialog.isConnected) return;
    dialog.close(); // tells of it in a later turn, and what is typed until then belongs to the cell it came from
    dialog.remove();
    onClosed?.();
  }
  dialog.addEventListener("close", leave); // by Escape
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, confirm };
}

/** Say something that needs no answer. */
export function tell(heading, content, onClosed) {
  const { confirm, dialog } = ask(heading, content, { yes: "Stäng", onYes: () => true, onClosed });
  confirm.nextElementSibling.remove();
  return dialog;
}
