/** The curves of a depth chart: what is gathered up to each price, on either side of the middle. Pure. */
import { toTenth } from "../../shared/chart/pixels.js";

/** @typedef {import("./shown_levels.js").Levels} Levels */
/**
 * @typedef {object} DepthCurve
 * @property {string} bids a closed path of SVG, of a drawing whose width and height are `WIDTH` and `HEIGHT`
 * @property {string} asks
 * @property {number} low the price at the left end; the middle lies in the middle
 * @property {number} high the price at the right end
 * @property {number} bid what is bid from `low` on, in quantity
 * @property {number} ask what is asked up to `high`
 */

export const WIDTH = 1_000;
export const HEIGHT = 100;
/** What is left free above the higher curve. */
const MARGIN = 6;

/**
 * Both sides reach as far from the middle as the side of which less is told, so that neither seems to have ended
 * where only what is told of it has, and one scale holds for both.
 *
 * @param {{bids: Levels, asks: Levels}} book the best first
 * @returns {DepthCurve | null} null: one of its sides is empty, or it is crossed
 */
export function depthCurve({ bids, asks }) {
  const [bid, ask] = [bids[0]?.[0] ?? NaN, asks[0]?.[0] ?? NaN];
  if (!(bid < ask)) return null;
  const middle = (bid + ask) / 2;
  const reach = Math.min(middle - lastPrice(bids), lastPrice(asks) - middle);
  const sides = [bids, asks].map((levels) => gathered(levels, middle, reach));
  const most = Math.max(...sides.map(volumeOf));
  const [below, above] = sides.map((steps) => steps.map(([distance, sum]) => [distance / reach, sum / most]));
  return {
    bids: pathOf(below, -1),
    asks: pathOf(above, 1),
    ...{ low: middle - reach, high: middle + reach, bid: volumeOf(sides[0]), ask: volumeOf(sides[1]) },
  };
}

/** @param {Levels} levels */
function lastPrice(levels) {
  return levels[levels.length - 1][0];
}

/**
 * @param {Levels} levels @param {number} middle @param {number} reach
 * @returns {[number, number][]} how far from the middle, and what is gathered up to there; never empty
 */
function gathered(levels, middle, reach) {
  let sum = 0;
  /** @type {[number, number][]} */
  const steps = [];
  for (const [price, quantity] of levels) {
    const distance = Math.abs(price - middle);
    if (distance > reach && steps.length) break;
    sum += quantity;
    steps.push([Math.min(distance, reach), sum]);
  }
  return steps;
}

/** @param {[number, number][]} steps */
function volumeOf(steps) {
  return steps[steps.length - 1][1];
}

/** @param {number[][]} steps in parts of the whole @param {1 | -1} way from the middle */
function pathOf(steps, way) {
  const x = (/** @type {number} */ part) => toTenth(WIDTH / 2 + (way * part * WIDTH) / 2);
  const y = (/** @type {number} */ part) => toTenth(HEIGHT - part * (HEIGHT - MARGIN));
  const corners = steps.map(([distance, sum]) => `H${x(distance)}V${y(sum)}`);
  return `M${x(0)} ${HEIGHT}${corners.join("")}H${x(1)}V${HEIGHT}Z`;
}
