// From points to a level, exactly as screening/levels.py (tests/browser/test_sheet_rules.py compares them).
// Shown at once; the server's judgement wins when it comes.

import { thousandths } from "./numbers.js";

const ORDER = ["below_goal", "near_goal", "at_goal", "above_goal"];
const WORST = "not_yet_able"; // "kan inte genomföras ännu" is judged as the worst there is

/** Where near, at and above the goal begin, in thousandths times `sign`; closed upwards. */
export function edges(limits, higherIsBetter) {
  const sign = higherIsBetter ? 1 : -1;
  const edge = (limit, missing) => (limit === null || limit === undefined ? missing : sign * thousandths(limit));
  const above = edge(limits.above_from, Infinity);
  const near = edge(limits.near_from, -Infinity);
  // Best level first: whoever reaches the better limit has reached the lesser.
  const goal = Math.min(edge(limits.goal_from, near), above);
  return { near: Math.min(near, goal), goal, above, sign };
}

/** The code of the level; null where there are no limits. */
export function levelOf(points, limits, higherIsBetter) {
  if (!limits) return null;
  const { near, goal, above, sign } = edges(limits, higherIsBetter);
  const x = points * sign;
  return ORDER[(x >= near) + (x >= goal) + (x >= above)];
}

/** The level of what was read in a cell, by the limits of the pupil's year. */
export function levelOfReading(reading, measure, year) {
  const points = reading.absence === WORST ? worst(measure) : reading.points;
  return points === null ? null : levelOf(points, measure.limits[year], measure.higher_is_better);
}

const worst = (measure) => thousandths(measure.higher_is_better ? measure.minimum : measure.maximum);
