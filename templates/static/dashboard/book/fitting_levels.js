/** What of an order book, and of the trades, fits in the place that there is for it. Pure. */
import { DEEP_LEVELS } from "./deep_book.js";

/** Those that everybody is told: fewer are never shown, but scrolled to. */
export const LEAST_LEVELS = 10;
/** Rows beyond those in sight that are painted with them: they are there before the reader has scrolled to them. */
const BESIDE = 5;

/** @typedef {{head: number, middle: number, row: number}} Heights of the table's parts, px */
/** @typedef {{top: number, height: number}} Sight how far is scrolled, and how much is seen, px */

/** @param {number} height that is seen, px @param {Heights} heights @returns {number} levels of a side that fit */
export function fittingLevels(height, { head, middle, row }) {
  const fitting = row > 0 ? Math.floor((height - head - middle) / 2 / row) : LEAST_LEVELS;
  return Math.min(Math.max(fitting, LEAST_LEVELS), DEEP_LEVELS);
}

/**
 * @param {Sight} sight
 * @param {Heights} heights
 * @param {number} levels of a side that there are rows for
 * @returns {{asks: number, bids: number}} how many of the best levels of each side reach to the ends of what is seen
 */
export function levelsInSight({ top, height }, { head, middle, row }, levels) {
  if (!(row > 0 && height > 0)) return { asks: levels, bids: levels };
  const spread = head + levels * row + middle;
  const asks = Math.ceil((spread - middle - top) / row) + BESIDE;
  const bids = Math.ceil((top + height - spread) / row) + BESIDE;
  return { asks: Math.min(Math.max(asks, 0), levels), bids: Math.min(Math.max(bids, 0), levels) };
}

/**
 * @param {Sight} sight
 * @param {Pick<Heights, "head" | "row">} heights
 * @param {number} count of trades that there are
 * @returns {number} how many of the newest reach to the end of what is seen
 */
export function tradesInSight({ top, height }, { head, row }, count) {
  if (!(row > 0 && height > 0)) return count;
  return Math.min(Math.ceil((top + height - head) / row) + BESIDE, count);
}
