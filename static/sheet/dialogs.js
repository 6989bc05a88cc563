// Questions on top of the sheet. The focus comes back to where it was.

import { button, el } from "./dom.js";

/** Ask with a heading, content and a verb; `onYes` may return false to keep the question open. */
export function ask(heading, content, { yes, onYes, onClosed, wide = false }) {
  const confirm = button(yes, () => onYes() !== false && dialog.close(), { class: "btn btn-primary" });
  const cancel = button("Avbryt", () => dialog.close());
  const title = el("h2", { id: "dialog-heading" }, heading);
  const dialog = el(
    "dialog",
    { class: wide ? "question wide" : "question", "aria-labelledby": "dialog-heading" },
    title, content, el("div", { class: "actions" }, confirm, cancel),
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClosed?.();
  });
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
