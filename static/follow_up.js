// The inbox by keyboard: up and down between signals, Enter opens and saves, Escape closes. Without this script
// everything is reached with Tab. Only keys pressed on the buttons of a signal are heard.

const FIELDS = ["input[type=radio]:checked", "input[type=radio], select, input[type=date]"];

/** @returns {HTMLElement[]} what opens a form and can be seen, in order */
const openers = () => [...document.querySelectorAll(".act > summary")].filter((one) => one.checkVisibility());

document.addEventListener("keydown", (event) => {
  const summary = event.target.closest(".act > summary");
  if (summary && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    const all = openers();
    all[all.indexOf(summary) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  }
  const act = event.target.closest(".act[open]");
  if (act && event.key === "Escape") {
    act.open = false;
    act.querySelector("summary").focus();
  }
});

// What was opened leads on to its first field.
document.addEventListener(
  "toggle",
  (event) => {
    const act = event.target;
    if (!act.matches(".act[open]") || !act.contains(document.activeElement)) return;
    FIELDS.map((chosen) => act.querySelector(chosen)).find(Boolean)?.focus();
  },
  true,
);

// A step has been saved: the signal after it is ready, wherever in the list the work goes on. After a way to the
// list it is the first signal, whatever stands before it. The browser itself goes to the list first.
const NEXT = "next-signal";
document.addEventListener("submit", ({ target }) => {
  const after = target.closest(".signal")?.nextElementSibling;
  if (after?.id) sessionStorage.setItem(NEXT, after.id);
});
const isSignal = (summary) => summary.parentElement.querySelector("input[name=flag]");
const isBack = () => location.hash === "#list" && ["list", ""].includes(document.activeElement?.id ?? "");
const next = sessionStorage.getItem(NEXT);
sessionStorage.removeItem(NEXT);
const ready = () => {
  if (!isBack()) return;
  const after = next && document.getElementById(next)?.querySelector(".act > summary");
  (after || (openers().find(isSignal) ?? openers()[0]))?.focus();
};
addEventListener("hashchange", () => requestAnimationFrame(ready));
if (document.readyState === "complete") ready();
else addEventListener("load", () => requestAnimationFrame(ready));
