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
  const signal = target.closest(".signal[id]");
  const after = signal?.parentElement.querySelector(`#${signal.id} ~ .signal`);
  if (after) sessionStorage.setItem(NEXT, after.id);
});
const isSignal = (summary) => summary.parentElement.querySelector("input[name=flag]");
const isBack = () => location.hash === "#list" && ["list", ""].includes(document.activeElement?.id ?? "");
const next = sessionStorage.getItem(NEXT);
sessionStorage.removeItem(NEXT);
const ready = () => {
  if (!isBack()) return;
  const after = next && document.getElementById(next);
  if (after) after.closest("details")?.setAttribute("open", "");
  const opener = after?.querySelector(".act > summary") ?? openers().find(isSignal) ?? openers()[0];
  opener?.focus();
  tell(opener);
};

// What was saved is told beside the signal where the work goes on. Its words are taken out and put in again: a
// screen reader says what comes into a page, not what stood there.
let told = document.querySelector("#told");
const tell = (opener) => {
  if (!told) return;
  const beside = told;
  told = null; // once
  const line = document.createElement("li");
  opener?.closest(".signal")?.before(line);
  if (line.isConnected) line.append(beside);
  const words = [...beside.children].map((one) => [one, [...one.childNodes]]);
  for (const [one] of words) one.replaceChildren();
  setTimeout(() => {
    for (const [one, its] of words) one.append(...its);
    for (const one of [opener, beside]) one?.scrollIntoView({ block: "nearest", behavior: "instant" });
  }, 100);
};
addEventListener("hashchange", () => requestAnimationFrame(ready));
if (document.readyState === "complete") ready();
else addEventListener("load", () => requestAnimationFrame(ready));
