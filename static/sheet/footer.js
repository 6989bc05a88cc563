// Under the sheet: what is missing, which codes stand there, and values worth a second look; links move the focus.

import { el } from "./dom.js";
import { counted } from "./words.js";

export class Footer {
  /** `go(place)` moves the focus to a cell. */
  constructor(sheet, go) {
    Object.assign(this, { sheet, go });
    this.element = el("div", { class: "sheet-foot" });
  }

  /** Count the sheet over; what is shown is built when the browser has time. */
  show() {
    const cells = [...this.sheet.places()].map((place) => ({ place, cell: this.sheet.cell(place) }));
    const expected = cells.filter(({ cell }) => cell.is_expected);
    const missing = expected.filter(({ cell }) => !cell.text);
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.#build(cells, missing));
    const lacking = new Set(missing.map(({ place }) => place.row)).size;
    const own = cells.filter(({ cell }) => cell.is_open && cell.text); // where nothing is expected
    const filled = expected.length ? expected.length - missing.length : own.length;
    return { filled, expected: expected.length, lacking };
  }

  #build(cells, missing) {
    const odd = cells.filter(({ cell }) => cell.unusual);
    const wrong = cells.filter(({ cell }) => ["refused", "conflict"].includes(cell.state));
    const isOpen = this.element.querySelector("details")?.open ?? false;
    const why = ({ cell }) => cell.reason ?? "Välj vilket värde som gäller.";
    this.#replace([
      ...section("Inte sparat", wrong.length && this.#list(wrong, why)),
      ...section("Värden att titta på", odd.length && this.#list(odd, ({ cell }) => `${cell.unusual}.`)),
      ...section("Resultat saknas", missing.length && this.#missing(missing, isOpen)),
      ...section("Koder på bladet", codes(cells, this.sheet)),
    ]);
  }

  /** Most answers change nothing here; what does leaves the focus where it was. */
  #replace(sections) {
    const { children } = this.element;
    if (sections.length === children.length && sections.every((one, place) => one.isEqualNode(children[place]))) return;
    const held = document.activeElement;
    const isHeld = this.element.contains(held);
    this.element.replaceChildren(...sections);
    if (!isHeld) return;
    const same = this.element.querySelector(`a[href="${held.getAttribute("href")}"]`);
    (same ?? this.element.querySelector("summary, a"))?.focus({ preventScroll: true });
  }

  #list(found, told) {
    return el("ul", {}, ...found.map((one) => el("li", {}, this.#link(one.place, true), `: ${told(one)}`)));
  }

  /** By pupil; closed while there are many, so that the page stays short. */
  #missing(missing, isOpen) {
    const rows = [...new Set(missing.map(({ place }) => place.row))];
    const lines = rows.map((row) => {
      const places = missing.map(({ place }) => place).filter((place) => place.row === row);
      const links = places.flatMap((place) => [", ", this.#link(place)]);
      return el("li", {}, `${this.sheet.rows[row].called}: `, ...links.slice(1));
    });
    const list = el("ul", { class: "missing" }, ...lines);
    if (rows.length <= 5) return list;
    const told = `${counted(missing.length, "resultat", "resultat")} för ${rows.length} elever`;
    return el("details", { open: isOpen }, el("summary", {}, told), list);
  }

  #link(place, isWhole = false) {
    const [row, measure] = [this.sheet.rows[place.row], this.sheet.measures[place.column]];
    const text = isWhole ? `${row.called}, ${measure.name}` : measure.name;
    const go = (event) => {
      event.preventDefault();
      this.go(place);
    };
    return el("a", { href: `#cell-${place.row}-${place.column}`, click: go }, text);
  }
}

const section = (heading, content) => (content ? [el("section", {}, el("h2", {}, heading), content)] : []);

/** "2 frånvarande, 1 avbrutet." */
function codes(cells, sheet) {
  const words = cells.flatMap(({ place, cell }) => {
    if (cell.reading.absence) return [sheet.shown(place)];
    return cell.reading.broken ? ["avbrutet"] : [];
  });
  const told = [...new Set(words)].map((word) => `${words.filter((one) => one === word).length} ${word}`);
  return told.length ? el("p", {}, `${told.join(", ")}.`) : null;
}
