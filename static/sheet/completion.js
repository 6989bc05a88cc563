// Labels instead of numbers: the first letters or the number of a label write it out.

import { fold } from "./cells.js";

/** The label that is meant by what has been typed; null where it is a code, or nothing fits. */
export function meant(typed, measure, codes) {
  const told = fold(typed.trim());
  if (!told || codes.some((code) => code.letter === told)) return null;
  if (/^[1-9]$/.test(told)) return measure.labels[Number(told) - 1] ?? null;
  return measure.labels.find((label) => fold(label).startsWith(told)) ?? null;
}

/** Write the label out in the field, with what was not typed selected, so that typing on goes on. */
export function complete(input, measure, codes) {
  const typed = input.value;
  const label = meant(typed, measure, codes);
  if (label === null || input.selectionEnd !== typed.length) return;
  input.value = label;
  input.setSelectionRange(/^[1-9]$/.test(typed) ? 0 : typed.length, label.length);
}
