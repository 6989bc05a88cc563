// The row of tools over the sheet: which way Enter goes, undo, dates, fill from a file.

import { button, el } from "./dom.js";

const KEPT = "lasspar-enter-goes-across"; // says nothing about anybody

export class Tools {
  /** What each tool does: across(isAcross) where there is somewhere to go, undo(), redo(), dates() and how it is `named`, file(file). */
  constructor(parts) {
    this.undo = button("Ångra", parts.undo, { title: "Ctrl+Z" });
    this.redo = button("Gör om", parts.redo, { title: "Ctrl+Y" });
    this.element = el(
      "div", { class: "sheet-tools" },
      parts.across && direction(parts.across), this.undo, this.redo,
      button(parts.named, parts.dates, { title: "Skift+F2" }), chooser(parts.file),
    );
  }

  show({ canUndo, canRedo }) {
    this.undo.disabled = !canUndo;
    this.redo.disabled = !canRedo;
  }
}

function direction(across) {
  const box = el("input", { type: "checkbox", role: "switch", class: "form-check-input", id: "enter-across" });
  box.checked = remembered();
  across(box.checked);
  box.addEventListener("change", () => {
    remember(box.checked);
    across(box.checked);
  });
  return el("label", { class: "switch form-switch" }, box, "Enter går åt sidan");
}

function remembered() {
  try {
    return localStorage.getItem(KEPT) === "yes";
  } catch {
    return false; // a browser that keeps nothing
  }
}

function remember(isAcross) {
  try {
    localStorage.setItem(KEPT, isAcross ? "yes" : "no");
  } catch {
    // then it holds for this page
  }
}

function chooser(onFile) {
  const input = el("input", { type: "file", accept: ".csv,.tsv,.txt,.xlsx", hidden: true, tabindex: "-1" });
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = "";
    if (file) onFile(file);
  });
  const open = button("Fyll från fil", () => input.click());
  return el("span", {}, open, input);
}
