// The page of the one-minute reading: clock and text beside the form. Without this the form works by itself.

import { Clock } from "./clock.js";
import { count, fill, follow, prepare } from "./turn.js";
import { Words } from "./words.js";

const clockBox = document.querySelector("#clock");
const textBox = document.querySelector("#text");

const words = new Words(textBox, (attempted, errors) => {
  fill("errors", errors);
  if (attempted !== null) fill("attempted", attempted);
});
const clock = new Clock(clockBox, (seconds, isOver) => {
  fill("seconds", seconds);
  if (isOver && words.isUsed) words.mark("last");
  if (!words.isUsed) document.querySelector("#turn [name=attempted]")?.focus();
});

clockBox.hidden = false;
textBox.hidden = false;
document.querySelector(".reading").classList.add("is-live");
follow(() => {
  clock.reset();
  if (words.isUsed) words.clear();
  count();
});
prepare();
