/**
 * How many of the oldest candles a chart gives up as new ones come, so that one that is open all day doesn't fill the
 * browser's memory: a day of seconds has 86,400. Pure.
 */
import { HISTORY_LENGTH, MOST_CANDLES_AT_ONCE } from "../market_data/rest.js";

/** So many stay before those in sight: with fewer than half of them the page before would be read again. */
const KEPT_BEFORE = 120;
/** For fewer the chart isn't drawn anew. */
const LEAST_AT_ONCE = 25;

/**
 * @param {{length: number, needed: number, neededBefore?: number}} candles that there are, and how many the indicators have to have
 *   seen: of the newest, and before the first in sight
 * @param {import("./out_of_sight.js").OutOfSight} outOfSight
 * @returns {number} none while the reader looks back; what the history began with stays always
 */
export function dispensable({ length, needed, neededBefore = 0 }, { before, after }) {
  const most = Math.min(length - Math.max(HISTORY_LENGTH, needed), Math.floor(before) - KEPT_BEFORE - neededBefore);
  const least = neededBefore ? MOST_CANDLES_AT_ONCE : LEAST_AT_ONCE; // else most of a page that was read for indicators would go again
  return after < 1 && most >= least ? most : 0;
}
