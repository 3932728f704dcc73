/** Amounts of a market's quote asset as pages show them, with decimals that fit what one of that asset is worth. Pure. */
import { exactOrZero, formatExact } from "./exact_decimal.js";
import { NOTHING, formatNumber, formatSigned } from "./format.js";

const QUOTES = ["USDT", "USDC", "FDUSD", "TUSD", "BUSD", "DAI", "EUR", "TRY", "BTC", "ETH", "BNB"];
/** One of these is worth so much that two decimals show neither a fee nor most profits; of the others they are cents. */
const COINS = new Set(["BTC", "ETH", "BNB"]);
const DECIMALS_OF_COINS = 8;
const DECIMALS = 2;

/** @param {{symbol: string}} market @returns {string} the asset of its amounts, as far as its name tells; else empty */
export function quoteAssetOf({ symbol }) {
  return QUOTES.find((quote) => symbol.endsWith(quote) && symbol !== quote) ?? "";
}

/**
 * @param {{asset: string}[]} balances of an account
 * @returns {string} the asset of its sums, in which quote assets count as equal: a coin where it has no other; empty: not known
 */
export function quoteAssetHeld(balances) {
  return QUOTES.find((quote) => balances.some(({ asset }) => asset === quote)) ?? "";
}

/** @param {string} quote asset; empty: not known, or a sum of several */
export function moneyDecimals(quote) {
  return COINS.has(quote) ? DECIMALS_OF_COINS : DECIMALS;
}

/** @param {number | null | undefined} value @param {string} quote asset @returns {string} such as `1,234.50 USDT`; nothing where it isn't known */
export function moneyText(value, quote) {
  return withAsset(moneyNumber(value, quote), quote);
}

/** @param {number | null | undefined} value @param {string} quote asset @returns {string} such as `1,234.50`; nothing where it isn't known */
export function moneyNumber(value, quote) {
  return formatNumber(value, moneyDecimals(quote));
}

/** @param {number | null | undefined} gain @param {string} quote asset @returns {string} with its sign, wherever it stands; nothing where it isn't known */
export function gainText(gain, quote) {
  return formatSigned(gain, moneyDecimals(quote));
}

/** @param {number | null | undefined} gain @param {string} quote asset @returns {string} such as `+12.34 USDT`, or nothing */
export function gainMoneyText(gain, quote) {
  return withAsset(gainText(gain, quote), quote);
}

/** @param {number} free @param {string} quote asset @returns {string} cut off, not rounded: so much can be typed, and is there */
export function freeText(free, quote) {
  const decimals = moneyDecimals(quote);
  return `${formatExact(exactOrZero(free), decimals, decimals)} ${quote} free`;
}

/** @param {string} amount @param {string} quote asset */
function withAsset(amount, quote) {
  return amount === NOTHING ? NOTHING : `${amount} ${quote}`.trim();
}
