// Points are counted in whole thousandths, as the server does: nothing is ever compared as a binary float.

/** "12.5" -> 12500; null stays null. The server writes numbers as strings with at most three decimals. */
export function thousandths(text) {
  if (text === null || text === undefined || text === "") return null;
  const [, minus, whole, part = ""] = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text);
  const size = Number(whole) * 1000 + Number(part.padEnd(3, "0").slice(0, 3));
  return minus ? 0 - size : size;
}

/** 12500 -> "12,5": as people read it. */
export function shown(points) {
  const size = Math.abs(points);
  const part = String(size % 1000).padStart(3, "0").replace(/0+$/, "");
  return (points < 0 ? "-" : "") + Math.floor(size / 1000) + (part && `,${part}`);
}

/** The middle one of some points; null of none. Between two it is the mean. */
export function median(points) {
  if (!points.length) return null;
  const sorted = [...points].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
