// Where the words lie that say why a cell is not stored, or what else it could hold: whole in the window, under the
// cell or over it, without moving a row.

const AWAY = 8; // px from the sides of the window
const GAP = 2;

/** Lay the words of the cell that has the focus; they go away with it where it is scrolled out of sight. */
export function layWhyNot({ table, frame, bar }) {
  const words = table.querySelector(".cell:focus .told-why, .cell:focus-within .told-why, .cell.writing .fault");
  if (!words) return;
  const [cell, head, around] = [words.closest("td"), table.tHead, frame].map((one) => one.getBoundingClientRect());
  const { width, height } = words.getBoundingClientRect();
  const end = Math.min(bar.getBoundingClientRect().top, window.innerHeight);
  const isSeen = cell.bottom > head.bottom && cell.top < Math.min(end, around.bottom);
  words.style.visibility = isSeen ? "" : "hidden";
  words.style.left = `${Math.max(AWAY, Math.min(cell.left, document.documentElement.clientWidth - width - AWAY))}px`;
  words.style.top = `${top(cell, height, end)}px`;
}

/** Under the cell; over it where the bar is in the way; over the bar where there is no room for either. */
function top(cell, height, end) {
  const [under, over] = [cell.bottom + GAP, cell.top - GAP - height];
  if (under + height <= end || over < 0) return Math.min(under, window.innerHeight - height);
  return over;
}
