/** Where the points of a calibration curve lie, and how sure each is. Pure. */

import { toTenth } from "../../shared/chart/pixels.js";
import { formatNumber, formatWhole } from "../../shared/format.js";

/** @typedef {import("../../../types/signals.js").CalibrationPoint} CalibrationPoint */

/** The standard normal distribution's, for 95 %. */
const Z = 1.96;
export const WIDTH = 360;
export const HEIGHT = 300;
const LEFT = 44;
const RIGHT = 22;
const TOP = 28;
const BOTTOM = 42;
const LEAST_RADIUS = 4;
const MOST_RADIUS = 11;
/** Of a number beside a point, in the chart's own units: how wide a digit is, how high a line, how far it is away. */
const DIGIT = 7.5;
const LINE = 13;
export const NUMBER_GAP = 3;

/** @param {number} part a fraction @returns {number} */
export function xOf(part) {
  return toTenth(LEFT + part * (WIDTH - LEFT - RIGHT));
}

/** @param {number} part a fraction @returns {number} */
export function yOf(part) {
  return toTenth(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM));
}

/**
 * Bound what is behind a count (Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927).
 *
 * @param {number} part a fraction that came true
 * @param {number} count of how many that are independent of each other
 * @returns {[number, number]} with 95 %; all, where nothing was counted
 */
export function wilsonBounds(part, count) {
  if (!(count > 0)) return [0, 1];
  const square = Z ** 2;
  const middle = part + square / (2 * count);
  const spread = Z * Math.sqrt((part * (1 - part)) / count + square / (4 * count ** 2));
  const scale = 1 + square / count;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}

/**
 * @param {readonly CalibrationPoint[]} points
 * @returns {{x: number, y: number, radius: number, low: number, high: number, count: number, isNumbered: boolean}[]} from
 *   left to right; `low` and `high` are the ends of the bar of what chance allows; the number of one that isn't numbered
 *   would cover others
 */
export function drawnPoints(points) {
  const most = Math.max(1, ...points.map(({ count }) => count));
  const ordered = [...points].sort((one, other) => one.said - other.said);
  return numbered(
    ordered.map(({ said, came, count, independent }) => {
      const [least, greatest] = wilsonBounds(came, independent);
      const radius = toTenth(LEAST_RADIUS + (MOST_RADIUS - LEAST_RADIUS) * Math.sqrt(count / most));
      return { x: xOf(said), y: yOf(came), radius, low: yOf(least), high: yOf(greatest), count };
    }),
  );
}

/** @typedef {{left: number, right: number, top: number, bottom: number}} Box */

/**
 * @template {{x: number, y: number, radius: number, count: number}} Point
 * @param {Point[]} drawn
 * @returns {(Point & {isNumbered: boolean})[]}
 */
function numbered(drawn) {
  const taken = drawn.map(({ x, y, radius }) => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }));
  return drawn.map((point, index) => {
    const box = numberBox(point);
    const isNumbered = taken.every((other, at) => at === index || !overlaps(box, other));
    if (isNumbered) taken.push(box);
    return { ...point, isNumbered };
  });
}

/** @param {{x: number, y: number, radius: number, count: number}} point @returns {Box} */
function numberBox({ x, y, radius, count }) {
  const right = x - radius - NUMBER_GAP;
  return { left: right - formatWhole(count).length * DIGIT, right, top: y - LINE / 2, bottom: y + LINE / 2 };
}

/** @param {Box} one @param {Box} other */
function overlaps(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** @param {number} part a fraction */
export function percent(part) {
  return `${formatNumber(part * 100, 1)}%`;
}
