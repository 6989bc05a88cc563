// The side panel of a pupil: opens from the row, by mouse or keyboard, and closes by Escape, a click beside it or
// its button; then focus is back on the pupil's name. Without it the name leads to the pupil's page, as it also
// does when the panel cannot be fetched.

import { fetched } from "../fetched.js";

const panel = document.querySelector("#pupil-panel");
const links = [...document.querySelectorAll("a[data-panel]")];
const body = panel?.querySelector("[data-body]");
let shown = -1;
let asked = 0;

/** @param {number} place of the pupil among the rows, from the top */
async function show(place) {
  const link = links[place];
  const mine = ++asked;
  const text = await fetched(link.dataset.panel);
  if (mine !== asked) return; // somebody else was asked for meanwhile, or nobody any more
  if (text === null) {
    window.location.assign(link.href);
    return;
  }
  const found = new DOMParser().parseFromString(text, "text/html");
  body.replaceChildren(...found.body.childNodes);
  shown = place;
  for (const button of panel.querySelectorAll("[data-step]")) {
    button.disabled = !links[shown + Number(button.dataset.step)];
  }
  if (!panel.open) panel.showModal();
  panel.scrollTop = 0;
  body.querySelector("h2").focus();
}

const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);

function onRows(event) {
  const row = event.target.closest("tr");
  const link = row?.querySelector("a[data-panel]");
  const other = event.target.closest("a, button, summary, input");
  if (!link || !isPlain(event) || (other && other !== link)) return;
  if (other !== link && String(window.getSelection())) return; // text is being marked
  event.preventDefault();
  show(links.indexOf(link));
}

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const next = links[links.indexOf(event.target) + step];
  if (!step || !links.includes(event.target) || !next || !isPlain(event)) return;
  event.preventDefault();
  next.focus();
}

if (panel && typeof panel.showModal === "function") {
  for (const link of links) link.setAttribute("aria-haspopup", "dialog");
  const rows = links[0]?.closest("tbody");
  rows?.classList.add("opens");
  rows?.addEventListener("click", onRows);
  rows?.addEventListener("keydown", onKey);
  panel.addEventListener("close", () => {
    asked += 1;
    links[shown]?.focus();
  });
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (event.target === panel || button?.hasAttribute("data-close")) panel.close();
    else if (button?.dataset.step) show(shown + Number(button.dataset.step));
  });
}
