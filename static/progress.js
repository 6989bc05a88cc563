// A page with something under way looks again by itself: what stands in [data-progress] is fetched anew until it
// has ended. Without it the page is the same, and a person reloads it.

import { fetched } from "./fetched.js";

const EVERY = 2000; // milliseconds
const shown = () => document.querySelector("[data-progress]");

async function look() {
  const text = await fetched(window.location.href);
  if (text === null) {
    window.setTimeout(look, 5 * EVERY);
    return;
  }
  const found = new DOMParser().parseFromString(text, "text/html").querySelector("[data-progress]");
  if (found?.dataset.progress !== "open") {
    window.location.reload(); // it has ended: the whole page says something else now
    return;
  }
  replace(shown(), found);
  window.setTimeout(look, EVERY);
}

/** Only what differs is replaced, so that a screen reader hears what changed and the focus stays. */
function replace(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (!alike(old, fresh)) {
    old.replaceWith(document.adoptNode(fresh));
    return;
  }
  for (const { name, value } of fresh.attributes ?? []) old.setAttribute(name, value);
  if (old.nodeType === Node.TEXT_NODE) old.data = fresh.data;
  const children = [...fresh.childNodes];
  [...old.childNodes].forEach((child, at) => replace(child, children[at]));
}

function alike(old, fresh) {
  return old.nodeName === fresh.nodeName && old.childNodes.length === fresh.childNodes.length;
}

if (shown()) window.setTimeout(look, EVERY);
