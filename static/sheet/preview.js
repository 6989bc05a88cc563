// A pasted block or a file, looked over before anything is changed: which column is which measure, what is new,
// what replaces something, and what cannot be stored.

import { ask } from "./dialogs.js";
import { el } from "./dom.js";
import { doubled, guess, NAME, plan, SKIP } from "./pasting.js";
import { counted } from "./words.js";

/** `onYes(cells)` gets the cells to fill in. */
export function preview(table, sheet, start, { heading, onYes, onClosed }) {
  const layout = guess(table, sheet, start);
  const content = el("div", { class: "preview" });
  let planned = null;
  const show = () => {
    planned = plan(table, layout, sheet, start);
    const focused = document.activeElement?.id;
    content.replaceChildren(...summary(planned, table, layout), frame(planned, layout, sheet, change));
    document.getElementById(focused)?.focus();
    const count = planned.fresh.length + planned.replaces.length;
    question.confirm.textContent = count ? `Fyll i ${counted(count, "resultat", "resultat")}` : "Inget att fylla i";
    question.confirm.disabled = count === 0 || doubled(layout.columns);
  };
  const change = (place, meaning) => {
    layout.columns[place] = meaning;
    show();
  };
  const question = ask(heading, content, {
    yes: "Fyll i",
    wide: true,
    onYes: () => onYes([...planned.fresh, ...planned.replaces]),
    onClosed,
  });
  show();
  question.confirm.focus();
}

function summary({ named, fresh, replaces, same, refused, rows }, table, { columns }) {
  const parts = [`${counted(rows.length, "rad", "rader")}, ${counted(table[0].length, "kolumn", "kolumner")}`];
  parts.push(counted(fresh.length, "nytt resultat", "nya resultat"));
  if (replaces.length) parts.push(`${replaces.length} ersätter ett annat värde`);
  if (same.length) parts.push(`${same.length} står redan där`);
  if (refused.length) parts.push(`${counted(refused.length, "ruta fylls inte i", "rutor fylls inte i")}`);
  const told = [el("p", { class: "sentence" }, `${parts.join("; ")}.`)];
  const where = named
    ? `Namnen i ${ordinal(columns.indexOf(NAME))} kolumnen stämmer för ${named.right} av ${named.all}.`
    : "Ingen kolumn har elevernas namn: raderna fylls i uppifrån, från rutan du stod i.";
  told.push(el("p", {}, where));
  if (doubled(columns)) told.push(el("p", { class: "fault" }, TWICE));
  return told;
}

const TWICE = "Två kolumner kan inte vara samma mått. Välj Hoppa över för den ena.";

const ordinal = (place) => ["första", "andra", "tredje", "fjärde", "femte"][place] ?? `${place + 1}:e`;

function frame(planned, layout, sheet, change) {
  const head = layout.columns.map((meaning, place) => el("th", { scope: "col" }, chooser(meaning, place, sheet, change)));
  const body = planned.rows.map((row) => el("tr", {}, pupil(row, sheet), ...row.cells.map(cell)));
  const table = el(
    "table", { class: "data" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Elev på bladet"), ...head)),
    el("tbody", {}, ...body),
  );
  return el("div", { class: "frame", tabindex: "0", role: "region", "aria-label": "Det som klistras in" }, table);
}

function chooser(meaning, place, sheet, change) {
  const option = (value, text) => el("option", { value: String(value), selected: value === meaning }, text);
  const select = el(
    "select", { class: "form-select", id: `column-${place}`, "aria-label": `Kolumn ${place + 1} är` },
    option(SKIP, "Hoppa över"), option(NAME, "Elevens namn"),
    ...sheet.measures.map((measure, number) => option(number, measure.name)),
  );
  select.addEventListener("change", () => {
    const chosen = select.value;
    change(place, chosen === NAME || chosen === SKIP ? chosen : Number(chosen));
  });
  return select;
}

function pupil({ row, reason, name, number }, sheet) {
  if (row !== null) return el("th", { scope: "row" }, sheet.rows[row].called);
  return el("th", { scope: "row" }, name || `Rad ${number}`, el("span", { class: "fault" }, reason));
}

const MARKS = { replaces: "ersätter", same: "står redan", refused: "fylls inte i" };

/** A cell says what becomes of it in words, not by colour alone. */
function cell({ kind, text, before, says, reason, isRow }) {
  const td = el("td", { class: `paste-${kind}` });
  if (kind === "replaces") td.append(el("s", {}, before), " → ");
  td.append(says ? el(kind === "same" ? "span" : "b", {}, says) : text);
  if (says && /^[0-9]+$/.test(text) && text !== says) td.append(el("span", { class: "note" }, `skrivet ${text}`));
  const mark = isRow ? null : (reason ?? MARKS[kind]);
  if (mark) td.append(el("span", { class: reason ? "fault" : "note" }, mark));
  return td;
}
