// From the form that works without script to the grid: the same table, its fields gone, its cells in one tab stop.

import { el, set } from "./dom.js";
import { paint } from "./paint.js";
import { layWhyNot } from "./reasons.js";

/** The table's cells by place; null where the sheet has no table (nobody in the class, nothing to fill in). */
export function takeOver(main, sheet) {
  const table = main.querySelector("table.sheet");
  if (!table) return null;
  const form = table.closest("form");
  const frame = table.closest(".frame");
  for (const name of ["tabindex", "role", "aria-label"]) frame.removeAttribute(name); // the grid itself has them
  table.classList.add("grid");
  set(table, "role", "grid");
  set(table, "aria-label", table.caption.textContent);
  set(table, "aria-readonly", sheet.isReadOnly && "true");
  set(table, "aria-multiselectable", "true");
  table.caption.remove();
  for (const part of [table.tHead, ...table.tBodies]) set(part, "role", "rowgroup");
  headers(table);
  const cells = new Cells(table, sheet);
  form.querySelector(".save-bar")?.remove();
  form.replaceWith(...form.childNodes);
  for (const part of main.querySelectorAll("[data-form-only]")) part.remove();
  for (const part of main.querySelectorAll("[data-script-only]")) part.hidden = false;
  frame.after(...main.querySelectorAll(".legend, .code-help")); // the cells come first
  return cells;
}

function headers(table) {
  for (const row of table.rows) set(row, "role", "row");
  for (const th of table.tHead.rows[0].cells) set(th, "role", "columnheader");
  for (const body of table.tBodies) for (const row of body.rows) set(row.cells[0], "role", "rowheader");
}

const LEAST_KEYS = 100; // px: what covers less is no keyboard

/** How much of the window's foot lies under a keyboard that does not make the window lower, as on an iPad. */
function covered() {
  const seen = window.visualViewport;
  if (!seen || seen.scale > 1.01) return 0; // magnified with the fingers: the rest is outside, not under
  const under = window.innerHeight - seen.offsetTop - seen.height;
  return under > LEAST_KEYS ? under : 0;
}

/** The rows of pupils: a class of several has a heading over its own. */
const pupils = (table) => [...table.tBodies].flatMap((body) => [...body.rows].filter((row) => !row.classList.contains("group")));

export class Cells {
  #tds;
  measure = () => undefined;
  layWhyNot = () => undefined;
  isKept = false;

  constructor(table, sheet) {
    Object.assign(this, { table, sheet });
    this.frame = table.closest(".frame");
    this.#tds = pupils(table).map((row) => [...row.cells].slice(1, 1 + sheet.measures.length));
    for (const td of table.querySelectorAll("td.former")) set(td, "role", "gridcell"); // read, never stood on
    this.typed = []; // in the form, while the script was on its way
    for (const place of sheet.places()) {
      const td = this.at(place);
      const field = td.querySelector("input[name^='value-']");
      if (field && field.value !== field.defaultValue) this.typed.push({ ...place, text: field.value });
      if (field && field === document.activeElement) this.stood = place;
      td.className = "cell";
      set(td, "role", "gridcell");
      set(td, "tabindex", "-1");
      Object.assign(td.dataset, place);
      this.paint(place);
    }
  }

  at({ row, column }) {
    return this.#tds[row][column];
  }

  paint(place) {
    paint(this.at(place), this.sheet, place);
    if (this.at(place) === document.activeElement) this.layWhyNot();
  }

  /** The place of the cell that an event happened in. */
  placeOf(target) {
    const td = target instanceof Element ? target.closest("td.cell") : null;
    return td && this.table.contains(td) ? { row: Number(td.dataset.row), column: Number(td.dataset.column) } : null;
  }

  header(column) {
    return this.table.tHead.rows[0].cells[column + 1];
  }

  /** How many rows the frame shows at once: a page up or down. */
  get rowsShown() {
    const height = Math.min(this.frame.clientHeight, window.innerHeight) - this.table.tHead.offsetHeight;
    return Math.max(1, Math.floor(height / this.at({ row: 0, column: 0 }).offsetHeight) - 1);
  }

  /** The whole cell: a browser that moves the focus is content with half of it, and sees no bar in front of it. */
  show(place) {
    this.measure(); // the bar has other choices for another measure, and the observer comes after us
    this.at(place).scrollIntoView({ block: "nearest", inline: "nearest" });
    this.layWhyNot();
  }

  /** Whether all of it is clear of the headings, the names and the bar, and nothing has to be scrolled. */
  isInSight(place) {
    const boxes = [this.at(place), this.frame, this.table.tHead.rows[0].cells[0]].map((one) => one.getBoundingClientRect());
    const [cell, frame, corner] = boxes;
    const isAcross = cell.left >= corner.right - 1 && cell.right <= frame.right + 1;
    const end = Math.min(frame.bottom, window.innerHeight - covered() - this.bar.offsetHeight);
    return isAcross && cell.top >= corner.bottom - 1 && cell.bottom <= end + 1;
  }

  /** Headings that have gone over the edge of the window come back with the cell that has the focus. */
  showHead() {
    if (this.frame.getBoundingClientRect().top < 0) this.frame.scrollIntoView({ block: "start" });
  }

  /** What has the focus is never under the header, the names or the bar at the bottom, nor is a cell under a name. */
  keepClear(bar) {
    this.bar = bar;
    const [head, name] = [this.table.tHead, this.table.tHead.rows[0].cells[0]];
    this.measure = () => {
      bar.classList.toggle("over-keys", covered() > 0);
      document.documentElement.style.setProperty("--keys", `${covered()}px`);
      this.frame.style.setProperty("--head", `${head.offsetHeight}px`);
      this.frame.style.setProperty("--names", `${name.offsetWidth}px`);
      document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
    };
    this.layWhyNot = () => {
      const place = this.placeOf(document.activeElement);
      this.isKept = place !== null && this.isInSight(place); // not what somebody has scrolled away from
      layWhyNot(this);
    };
    const keepInSight = () => {
      this.measure();
      const place = this.placeOf(document.activeElement);
      if (place && this.isKept && !this.isInSight(place)) this.show(place);
      else this.layWhyNot();
    };
    const observer = new ResizeObserver(keepInSight);
    for (const part of [head, bar, this.frame.closest("main")]) observer.observe(part); // notices come over the frame
    this.measure();
    this.table.addEventListener("focusin", this.layWhyNot);
    window.addEventListener("scroll", this.layWhyNot, { capture: true, passive: true });
    window.addEventListener("resize", keepInSight); // a tablet is turned, a keyboard comes up
    for (const change of ["resize", "scroll"]) window.visualViewport?.addEventListener(change, keepInSight); // over it
    const isLong = (th) => th.scrollWidth > th.clientWidth; // it would lie over the scores
    for (const th of pupils(this.table).map((row) => row.cells[0]).filter(isLong)) th.classList.add("long");
  }
}

/** The days the form proposes for new results, by column. */
export function proposedDays(main, measures) {
  return measures.map((measure) => {
    const field = main.querySelector(`#day-${CSS.escape(measure.code)}`);
    return field?.value || measure.assessed_on;
  });
}

/** The date of each column as a button in its head; opening it is `onOpen(column)`. */
export function dayButtons(cells, sheet, onOpen) {
  return sheet.measures.map((measure, column) => {
    for (const fold of cells.header(column).querySelectorAll("details")) fold.remove();
    const day = el("button", { type: "button", class: "day-button", tabindex: "-1", click: () => onOpen(column) });
    const filled = el("span", { class: "unit" });
    const show = () => {
      const [now, usual] = [sheet.days[column] ?? "", measure.assessed_on];
      const isOn = ({ cells: there }) => there[column].text && there[column].assessed_on === usual;
      const isOther = usual !== now && sheet.rows.some(isOn); // their cells say no day of their own
      filled.textContent = isOther ? `Ifyllt: ${usual}` : "";
      day.textContent = isOther ? `Nytt: ${now}` : now;
      set(day, "aria-label", `Provdatum för ${measure.name}: ${now}`);
    };
    show();
    if (!sheet.isReadOnly) cells.header(column).append(filled, day);
    return show;
  });
}
