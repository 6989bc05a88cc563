// Values worth a second look: possible, so they are stored, but more often a slip of the finger than the truth.

import { median, shown } from "./numbers.js";

const ENOUGH = 5; // others with points, before their median says anything

/** `when` is the window of `before`, in words. The others' median is one for the whole column: pass every pupil's points (null where there are none). */
export function whyUnusual(points, before, others, measure, when) {
  if (points === null || measure.labels.length) return null;
  if (fellBy40Percent(points, before, measure)) {
    return `${shown(points)} mot ${shown(before)} ${when}`;
  }
  const usual = others.length >= ENOUGH ? median(others) : null;
  if (!(usual > 0 && points > 3 * usual)) return null;
  return `${shown(points)} är mer än tre gånger klassens median, ${shown(Math.round(usual))}`;
}

/** Worse by more than 40 %: lower, or higher where less is better. */
function fellBy40Percent(points, before, measure) {
  if (before === null || before <= 0) return false;
  return measure.higher_is_better ? points * 10 < before * 6 : points * 10 > before * 14;
}

/** The same for a column: `cells` are {points, before, when} of each pupil, in order. */
export function unusualOf(cells, measure) {
  return cells.map(({ points, before, when }, place) => {
    const others = cells.flatMap((cell, other) => (other === place || cell.points === null ? [] : [cell.points]));
    return whyUnusual(points, before, others, measure, when);
  });
}
