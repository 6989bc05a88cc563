// Whose turn it is: the form's numbers and their sum, and the way to the next pupil without leaving the page, so
// that the teacher's text stays. What is sent is the form as it stands, and nothing else.

import { whoIsHere } from "../sheet/session.js";

const PARTS = ["#turn", "#readers", ".page-head"];
const PATIENCE = 15_000; // ms until an answer is given up
const UNREACHED = "Det gick inte att nå Lässpår.";
const UNSURE = "Inget svar från Lässpår. Det är osäkert om resultatet sparades. Talen står kvar: spara igen om en stund.";
let asking = null; // the page that is on its way

/** Right words a minute and percent, halves upwards, as the server counts; null where it cannot be counted. */
export function sum(attempted, errors, seconds) {
  const are = [attempted, errors, seconds].every((number) => Number.isInteger(number) && number >= 0);
  if (!are || errors > attempted || seconds < 1) return null;
  const right = attempted - errors;
  return {
    points: Math.floor((2 * right * 60 + seconds) / (2 * seconds)),
    accuracy: attempted ? Math.floor((200 * right + attempted) / (2 * attempted)) : null,
  };
}

const field = (name) => document.querySelector(`#turn [name=${name}]`);
const number = (name) => (/^[0-9]{1,4}$/.test(field(name).value.trim()) ? Number(field(name).value) : NaN);

/** Put a number in the form, and count anew. */
export function fill(name, value) {
  if (!field(name)) return;
  field(name).value = value === null ? "" : String(value);
  count();
}

export function count() {
  const told = document.querySelector("#turn [name=told]");
  if (!told) return;
  const counted = sum(number("attempted"), number("errors"), number("seconds"));
  field("sum").value = counted ? `${counted.points} ${counted.accuracy ?? "-"}` : "-";
  told.replaceChildren();
  if (!counted) return;
  const strong = document.createElement("strong");
  strong.textContent = `${counted.points} rätta ord per minut`;
  told.append(strong, counted.accuracy === null ? "" : `, träffsäkerhet ${counted.accuracy} %`);
}

/** @param {() => void} onNext hears that another pupil's turn has come */
export function follow(onNext) {
  document.addEventListener("input", (event) => event.target.closest("#turn form") && count());
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("#turn form")) return;
    event.preventDefault();
    save(event.target, onNext);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#readers a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (document.querySelector("#turn [value=save]")?.disabled) return; // what is being saved is answered first
    go(link.href, {}, () => true, onNext, `${UNREACHED} Försök igen om en stund.`);
  });
  window.addEventListener("popstate", () => window.location.reload());
}

async function save(form, onNext) {
  const button = form.querySelector("[value=save]");
  if (button.disabled) return;
  button.disabled = true;
  const fields = new FormData(form);
  fields.set("step", "save");
  try {
    const { csrf } = await whoIsHere();
    fields.set("csrf_token", csrf); // of the session as it is now
    await go(form.action, { method: "POST", body: fields }, (answer) => answer.redirected, onNext, UNSURE);
  } catch {
    say(`${UNREACHED} Inget har sparats. Talen står kvar: försök igen om en stund.`);
  }
  button.disabled = false;
}

/**
 * Show what is answered in the places of what stands, unless another page has been asked for meanwhile.
 * ``isNext`` says whether somebody else's turn has come; ``trouble`` is told when no answer comes.
 */
async function go(address, how, isNext, onNext, trouble) {
  asking?.abort();
  const mine = (asking = new AbortController());
  setTimeout(() => mine.abort(), PATIENCE);
  let answer, text;
  try {
    answer = await fetch(address, { ...how, signal: mine.signal });
    text = await answer.text();
  } catch {
    if (mine === asking) say(trouble);
    return;
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  if (!page.querySelector("#turn")) {
    say(
      answer.url.includes("/sign-in")
        ? "Du är utloggad. Inget har sparats. Talen och texten står kvar: logga in i en ny flik, och spara sedan här igen."
        : "Inget har sparats. Talen står kvar: försök igen, eller ladda om sidan.",
    );
    return;
  }
  for (const part of PARTS) document.querySelector(part).replaceWith(page.querySelector(part));
  document.querySelectorAll("main > .notice").forEach((notice) => notice.remove());
  document.querySelector("main").prepend(...page.querySelectorAll("main > .notice"));
  prepare();
  if (isNext(answer)) {
    history.replaceState(null, "", answer.url);
    onNext();
  }
  document.querySelector("#turn-name").focus();
}

/** The sum stands while one types: no button is needed for it. */
export function prepare() {
  document.querySelector("#turn [data-plain]")?.remove();
  count();
}

function say(words) {
  const notice = document.createElement("div");
  notice.className = "notice notice-error";
  notice.setAttribute("role", "alert");
  notice.append(Object.assign(document.createElement("p"), { textContent: words }));
  document.querySelectorAll("main > .notice").forEach((old) => old.remove());
  document.querySelector("main").prepend(notice);
}
