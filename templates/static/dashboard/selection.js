/** The chosen symbol and interval, kept in the address's hash (`#BTCUSDT/15m`) so that a reload keeps them. */
import { DEFAULT_INTERVAL, INTERVALS } from "../shared/market_data/intervals.js";

/** @typedef {{symbol: string, interval: string}} Selection */

/**
 * @param {string} hash
 * @returns {Selection} the symbol as it is written there, which `symbolGiven` may take for another; empty for none
 */
export function selectionOf(hash) {
  const [symbol, interval] = hash.slice(1).split("/").map(decoded); // a slash of the symbol's own is escaped
  return { symbol, interval: INTERVALS.includes(interval) ? interval : DEFAULT_INTERVAL };
}

/** @param {Selection} selection */
export function hashOf({ symbol, interval }) {
  return `#${encodeURIComponent(symbol)}/${interval}`;
}

/** @param {string} text whose escapes may be broken, as anyone can type an address */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return "";
    throw error;
  }
}
