/** The sessions over which the volume-weighted average price is taken, as long as suits the candles. Pure; UTC. */

const HOUR = 3_600_000;
const DAY = 86_400_000;

/**
 * @param {string} interval of the candles
 * @returns {{name: string, startOf: (time: number) => number}} times in ms since the epoch
 */
export function sessionOf(interval) {
  if (interval.endsWith("s")) return { name: "hour", startOf: (time) => time - (time % HOUR) };
  if (/[mh]$/.test(interval)) return { name: "day", startOf: (time) => time - (time % DAY) };
  if (interval.endsWith("d")) return { name: "month", startOf: startOfMonth };
  return { name: "year", startOf: (time) => Date.UTC(new Date(time).getUTCFullYear()) };
}

/** @param {number} time */
function startOfMonth(time) {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}
