/** Which markets a reader means by what is typed into the search: `btc usdt`, `BTC-USDT`, `usdt`, `bitcoin`. Pure. */
import { isNamedBy } from "../../shared/market_data/symbol_given.js";
import { coinName } from "./coin_names.js";

/** @typedef {Pick<import("../../../types/market.js").Symbol, "symbol" | "base" | "quote">} Market */

/** A word longer than any name finds nothing; more words than a market has names neither. */
const MOST_CHARACTERS = 64;
const NOT_MEANT = -1;

/**
 * @template {Market} M
 * @param {readonly M[]} markets in the order in which they stand where several fit as well
 * @param {string} typed empty: all of them
 * @returns {M[]} those that it may mean, the most likely first
 */
export function marketsFound(markets, typed) {
  const written = typed.trim().slice(0, MOST_CHARACTERS).toUpperCase();
  if (!written) return [...markets];
  const words = written.split(/[-/_\s]/).filter(Boolean);
  const ranked = markets.map((market, index) => ({ market, index, rank: rankOf(market, written, words) }));
  const found = ranked.filter(({ rank }) => rank !== NOT_MEANT);
  return found.sort((one, other) => one.rank - other.rank || one.index - other.index).map(({ market }) => market);
}

/**
 * @param {Market} market
 * @param {string} written
 * @param {string[]} words of it
 * @returns {number} the lower the likelier, or `NOT_MEANT`
 */
function rankOf(market, written, words) {
  if (!words.length) return NOT_MEANT;
  const [base, quote, name] = [market.base, market.quote, coinName(market.base)].map((text) => text.toUpperCase());
  const [first, ...others] = words;
  const isOfQuote = others.every((word) => quote.startsWith(word));
  const isNamed = [base === first, name === first, name.split(" ").includes(first), base.startsWith(first)];
  const rank = isNamed.findIndex(Boolean);
  if (isOfQuote && rank !== -1) return rank;
  if (isNamedBy(market.symbol, written)) return isNamed.length;
  return words.every((word) => isWordOf(word, market)) ? isNamed.length + 1 : NOT_MEANT;
}

/** @param {string} word @param {Market} market */
function isWordOf(word, { base, quote }) {
  const names = [base, quote, ...coinName(base).split(" "), ...coinName(quote).split(" ")];
  return names.some((name) => name.toUpperCase().startsWith(word));
}
