/** How far the view of the chart goes: not into nothing. Pure. */

/** What is free at the right of the newest candle, px: the icons of alerts stand there. */
const FREE_PIXELS_AT_THE_RIGHT = 36;
/** In candles, however wide they are. */
const LEAST_FREE_BARS = 2;
/** The library rounds positions by less, in candles. */
const ROUNDING = 1e-3;
/** Of the view at most so much is free there, however far it is dragged. */
const MOST_FREE = 1 / 3;

/** @param {number} barSpacing px from one candle to the next @returns {number} how many candles the margin at the right is wide */
export function freeBarsAtTheRight(barSpacing) {
  return Math.max(LEAST_FREE_BARS, FREE_PIXELS_AT_THE_RIGHT / barSpacing);
}

/**
 * @param {number} position of the view: how many candles would have room at the right of the newest one; less than none: so
 *   many are out of sight
 * @param {{width: number, count: number, free: number}} candles how many have room in the view, how many there are, and how
 *   many the margin at the right is wide
 * @returns {number} the nearest position at which the view has no more nothing than it must
 */
export function boundedPosition(position, { width, count, free }) {
  const most = Math.max(free, width * MOST_FREE);
  const least = Math.min(free, width - count);
  return Math.min(most, Math.max(least, position));
}

/**
 * @param {number} position of the view once the candles have become narrower, or wider
 * @param {{free: number, freeBefore: number, before: number}} margin how many candles it is wide, and was; `before`: the
 *   position until then
 * @returns {number} with the margin at the right, where the view had it; else as it is
 */
export function positionWithMargin(position, { free, freeBefore, before }) {
  const hadMargin = before >= freeBefore - ROUNDING;
  const lostIt = free > freeBefore && position < free;
  return hadMargin && lostIt ? free : position;
}
