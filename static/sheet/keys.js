// What a key means on the sheet: moving about, or writing in a cell. The help page has the same as a table.

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const WITH_CTRL = { z: "undo", y: "redo", a: "selectAll", Home: "first", End: "last" };

/** The name of the command and its arguments; null where the key is the browser's. */
export function moving(event) {
  const { key, shiftKey: shift } = event;
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    if (shift && key.toLowerCase() === "z") return ["redo"];
    const name = WITH_CTRL[key.length === 1 ? key.toLowerCase() : key];
    return name ? [name, shift] : null;
  }
  if (ARROWS[key]) return [shift ? "extend" : "step", ...ARROWS[key]];
  if (key === "Enter") return ["enter", shift];
  if (key === "Tab") return ["tab", shift];
  if (key === "Home" || key === "End") return ["rowEnd", key === "End"];
  if (key === "PageUp" || key === "PageDown") return ["page", key === "PageDown" ? 1 : -1];
  if (key === "F2") return [shift ? "dates" : "edit"];
  if (key === "ContextMenu" || (key === "F10" && shift)) return ["history"];
  if (key === "Delete" || key === "Backspace") return ["clear"];
  if (key === "Escape") return ["escape"];
  if (key === " ") return ["nothing"]; // the browser would scroll
  return [...key].length === 1 ? ["type", key] : null;
}

/** The same while a cell is written in. `isCaret`: arrows move in the text, as after F2. */
export function writing(event, isCaret) {
  const { key, shiftKey: shift } = event;
  if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return null;
  if (key === "Enter") return ["enter", shift];
  if (key === "Tab") return ["tab", shift];
  if (key === "Escape") return ["escape"];
  if (key === "F2") return [shift ? "dates" : "caret"];
  if (key === "PageUp" || key === "PageDown") return ["page", key === "PageDown" ? 1 : -1];
  if (!ARROWS[key] || shift) return null;
  const isSideways = ARROWS[key][0] === 0;
  return isCaret && isSideways ? null : ["step", ...ARROWS[key]];
}
