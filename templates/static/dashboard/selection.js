/**
 * The chosen symbol and interval, kept in the address's hash (`#BTCUSDT/15m`) so that a reload keeps them;
 * the link of a mail adds the moment at which its alert has fired (`#BTCUSDT/15m/1764137405000`).
 */
import { DEFAULT_INTERVAL, offeredIntervals } from "../shared/market_data/intervals.js";

/** @typedef {{symbol: string, interval: string, at?: number}} Selection `at`: the moment that is to be in sight, ms */

/**
 * @param {string} hash
 * @returns {Selection} the symbol as it is written there, which `symbolGiven` may take for another; empty for none
 */
export function selectionOf(hash) {
  const [symbol, interval, at] = hash.slice(1).split("/").map(decoded); // a slash of the symbol's own is escaped
  const selection = { symbol, interval: offeredIntervals().includes(interval) ? interval : DEFAULT_INTERVAL };
  return /^\d{12,14}$/.test(at ?? "") ? { ...selection, at: Number(at) } : selection;
}

/** @param {Selection} selection of which the moment is left out: who goes on looks at the present */
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
