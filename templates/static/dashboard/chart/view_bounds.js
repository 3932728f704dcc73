/** How far the view of the chart goes: not into nothing. Pure. */

/** In candles: what is free at the right of the newest one as a chart begins. */
export const FREE_BARS_AT_THE_RIGHT = 4;
/** Of the view at most so much is free there, however far it is dragged. */
const MOST_FREE = 1 / 3;

/**
 * @param {number} position of the view: how many candles would have room at the right of the newest one; less than none: so
 *   many are out of sight
 * @param {{width: number, count: number}} candles how many have room in the view, and how many there are
 * @returns {number} the nearest position at which the view has no more nothing than it must
 */
export function boundedPosition(position, { width, count }) {
  const most = Math.max(FREE_BARS_AT_THE_RIGHT, width * MOST_FREE);
  const least = Math.min(FREE_BARS_AT_THE_RIGHT, width - count);
  return Math.min(most, Math.max(least, position));
}
