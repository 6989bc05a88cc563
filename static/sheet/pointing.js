// Mouse and fingers on the grid: a click stands, a double click writes, dragging marks; a tap writes at once.

const same = (one, other) => one && other && one.row === other.row && one.column === other.column;

export function listenToPointers(grid) {
  const { cells } = grid;
  const { table } = cells;
  let isDragging = false;

  table.addEventListener("pointerdown", (event) => {
    grid.isTouched = event.pointerType !== "mouse";
  });

  table.addEventListener("mousedown", (event) => {
    const place = cells.placeOf(event.target);
    if (!place || event.button !== 0 || event.target.closest("button") || same(place, grid.editor.place)) return;
    event.preventDefault(); // the focus is ours to move, and text is not to be marked
    if (!grid.commit() || !grid.moves.isOpen(place.row, place.column)) return;
    if (event.shiftKey) grid.selection.extend(grid.place, place);
    else grid.selection.clear();
    grid.focus(place, { preventScroll: grid.isTouched });
    isDragging = !grid.isTouched;
  });

  table.addEventListener("mousemove", (event) => {
    if (!isDragging || event.buttons !== 1) return;
    const place = cells.placeOf(event.target);
    if (!place || same(place, grid.place) || !grid.moves.isOpen(place.row, place.column)) return;
    grid.selection.extend(grid.place, place);
    grid.focus(place, { preventScroll: true });
  });

  window.addEventListener("mouseup", () => (isDragging = false));

  table.addEventListener("click", (event) => {
    const place = cells.placeOf(event.target);
    if (!place || !grid.isTouched || grid.editor.isOpen || event.target.closest("button")) return;
    const { is_open: isOpen, state } = grid.sheet.cell(place);
    if (isOpen && state !== "conflict") grid.write(place);
  });

  table.addEventListener("dblclick", (event) => {
    const place = cells.placeOf(event.target);
    if (place && same(place, grid.place) && !grid.editor.isOpen) grid.write(place, { isCaret: true });
  });

  table.addEventListener("focusin", (event) => {
    const place = cells.placeOf(event.target);
    if (place && !grid.editor.isOpen && !same(place, grid.place)) grid.stand(place);
  });

  // Leaving the grid stores what is written; leaving the window stores it too, and the field stays open.
  table.addEventListener("focusout", (event) => {
    if (!grid.editor.isOpen || event.target !== grid.editor.input) return;
    if (document.hasFocus()) grid.commit();
    else grid.keep();
  });

  document.addEventListener("visibilitychange", () => grid.keep());
  window.addEventListener("pagehide", () => grid.keep());
  window.addEventListener("beforeunload", (event) => {
    grid.keep();
    if (grid.drafts) event.preventDefault();
  });
}
