// What was saved is told on the page that comes after. A screen reader says what comes into a page, not what stood
// there: the words are taken out and put in again. (The inbox does so where the work goes on: follow_up.js.)

const WAIT = 100; // ms after the page, so that its title is said first

const told = [...document.querySelectorAll("main .notice[role=status]")].filter((one) => !one.closest("#told"));
if (told.length) addEventListener("load", () => setTimeout(sayAgain, WAIT));

function sayAgain() {
  const words = told.map((one) => [one, [...one.childNodes]]);
  for (const [one] of words) one.replaceChildren();
  setTimeout(() => words.forEach(([one, its]) => one.append(...its)), WAIT);
}
