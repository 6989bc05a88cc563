// What was saved is told on the page that comes after. A screen reader says what comes into a page, not what stood
// there: the words are taken out and put in again, at once for the eye, with the room they take kept. (The inbox does
// so where the work goes on: follow_up.js.)

const WAIT = 100; // ms after the page, so that its title is said first
const AWAY = 40; // ms: a frame or two, so that it is seen that they were gone

const told = [...document.querySelectorAll("main .notice[role=status]")].filter((one) => !one.closest("#told"));
if (told.length) addEventListener("load", () => setTimeout(() => told.forEach(sayAgain), WAIT));

function sayAgain(one) {
  const words = [...one.childNodes];
  one.style.minHeight = `${one.offsetHeight}px`;
  one.replaceChildren();
  setTimeout(() => {
    one.append(...words);
    one.style.minHeight = "";
  }, AWAY);
}
