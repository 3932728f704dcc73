/**
 * The rows that an order book shows of its levels: gathered by a step of price, and added up. Prices and quantities are
 * decimals of any length meanwhile, so that no level falls to the wrong side of a step by what binary numbers can't hold.
 * Pure.
 */
import { ExactDecimal, ZERO } from "../../shared/exact_decimal.js";

/** @typedef {readonly (readonly [number, number])[]} Levels of one side: price and quantity, the best first */
/** @typedef {{price: ExactDecimal, quantity: ExactDecimal}} Group */
/**
 * @typedef {object} Row
 * @property {string} price in plain notation
 * @property {number} quantity that stands at it
 * @property {number} gathered what stands at it and at all better ones
 * @property {boolean} hasMore levels may belong to it that lie beyond those which are told
 */
/** @typedef {{bids: Row[], asks: Row[], most: number, imbalance: number}} Shown `most`: what is gathered up to the last row of the larger side */

/**
 * @param {{bids: Levels, asks: Levels}} book
 * @param {ExactDecimal | null} step null: the levels as they are
 * @param {number} count rows of a side, at most
 * @returns {Shown}
 */
export function shownLevels({ bids, asks }, step, count) {
  const shown = {
    bids: rowsOf(groupedLevels(bids, step && ((price) => price.downTo(step))), count, step !== null),
    asks: rowsOf(groupedLevels(asks, step && ((price) => price.upTo(step))), count, step !== null),
  };
  const [bid, ask] = [volumeOf(shown.bids), volumeOf(shown.asks)];
  return { ...shown, most: Math.max(bid, ask), imbalance: imbalanceOf(bid, ask) };
}

/**
 * The imbalance of a book: what is bid, as a part of all that is bid and asked, in quantities of the levels that are
 * shown. 1: nobody asks; 0: nobody bids; a half: as much on either side.
 *
 * @param {number} bid quantity @param {number} ask quantity
 * @returns {number} NaN: there is nothing on either side
 */
export function imbalanceOf(bid, ask) {
  return bid / (bid + ask);
}

/**
 * Bids are rounded down and asks up, so that a group never seems better than any level in it.
 *
 * @param {Levels} levels the best first; one that is no number is left out
 * @param {((price: ExactDecimal) => ExactDecimal) | null} rounded
 * @returns {Group[]} the best first
 */
function groupedLevels(levels, rounded) {
  /** @type {Group[]} */
  const groups = [];
  for (const [told, offered] of levels) {
    const [exact, quantity] = [ExactDecimal.of(told), ExactDecimal.of(offered)];
    if (!exact || !quantity) continue;
    const price = rounded ? rounded(exact) : exact;
    const last = groups.at(-1);
    if (last?.price.compare(price) === 0) last.quantity = last.quantity.plus(quantity);
    else groups.push({ price, quantity });
  }
  return groups;
}

/** @param {Group[]} groups @param {number} count @param {boolean} isGathered @returns {Row[]} */
function rowsOf(groups, count, isGathered) {
  let gathered = ZERO;
  return groups.slice(0, count).map(({ price, quantity }, index) => {
    gathered = gathered.plus(quantity);
    return {
      price: String(price),
      quantity: Number(String(quantity)),
      gathered: Number(String(gathered)),
      hasMore: isGathered && index === groups.length - 1,
    };
  });
}

/** @param {Row[]} rows */
function volumeOf(rows) {
  return rows.at(-1)?.gathered ?? 0;
}
