// Elements without innerHTML: names are data, and stay text whatever they hold.

const SVG = "http://www.w3.org/2000/svg";

/** `el("p", {class: "fault", hidden: true}, "text", child)`; functions become listeners. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return element;
}

/** An attribute; null and false take it away. */
export function set(element, name, value) {
  if (typeof value === "function") element.addEventListener(name, value);
  else if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : value);
}

/** The shape of a level, from the symbols every page has. */
export function shape(level) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "shape");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#shape-${level}`);
  svg.append(use);
  return svg;
}

export const button = (text, onClick, attributes = {}) =>
  el("button", { type: "button", class: "btn btn-plain", click: onClick, ...attributes }, text);
