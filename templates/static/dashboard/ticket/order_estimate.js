/** What an order costs or brings, as far as that is known before it is executed; exact in what it reckons with. Pure. */
import { ExactDecimal, ONE, ZERO } from "../../shared/exact_decimal.js";
import { isForAmount, numberOf, takes } from "./order_values.js";

/** @typedef {import("./order_values.js").OrderValues} OrderValues */
/** @typedef {{bid: ExactDecimal | null, ask: ExactDecimal | null, last: ExactDecimal | null}} Quote null: not known */
/** @typedef {{maker: ExactDecimal, taker: ExactDecimal}} FeeRates fractions */
/** @typedef {{base: ExactDecimal, quote: ExactDecimal}} Free what an account has free of the two assets */

/**
 * @typedef {object} Estimate amounts of quote but for `quantity`, which is of base
 * @property {ExactDecimal} price
 * @property {ExactDecimal} quantity
 * @property {ExactDecimal} value price times quantity
 * @property {ExactDecimal} rate the fee's, a fraction
 * @property {ExactDecimal} fee
 * @property {ExactDecimal} total what buying costs, or selling brings, with its fee
 * @property {boolean} isAbout whether the market says what it will be executed at
 */

/** How far beyond the market a stop price is put at first: at the market itself it would be reached at once. */
const STOP_DISTANCE = ExactDecimal.of("0.01") ?? ZERO;
const NO_MARKET = { bid: null, ask: null, last: null };

/** @param {{bid?: unknown, ask?: unknown, price?: unknown} | undefined} market @returns {Quote} */
export function quoteOf(market) {
  if (!market) return NO_MARKET;
  const [bid, ask, last] = [market.bid, market.ask, market.price].map((price) => {
    const known = ExactDecimal.of(price);
    return known?.isPositive ? known : null;
  });
  return { bid, ask, last };
}

/** @param {Pick<OrderValues, "side">} values @param {Quote} quote what an order takes from, where it is executed at once */
export function opposite({ side }, { bid, ask, last }) {
  return (side === "buy" ? ask : bid) ?? last;
}

/** @param {OrderValues} values @param {Quote} quote @returns {ExactDecimal | null} at what an order is reckoned: its own price, its stop's, the market's */
export function orderPrice(values, quote) {
  if (takes(values, "price")) return numberOf(values.price);
  return takes(values, "stop_price") ? numberOf(values.stopPrice) : opposite(values, quote);
}

/** @param {OrderValues} values @param {Quote} quote @returns {boolean} whether a price is such that the market takes it at once */
export function isTakenAtOnce(values, quote) {
  if (values.kind !== "limit") return values.kind === "market";
  const [price, best] = [numberOf(values.price), values.side === "buy" ? quote.ask : quote.bid];
  if (!price || !best) return false;
  return values.side === "buy" ? price.compare(best) >= 0 : price.compare(best) <= 0;
}

/** @param {OrderValues} values @param {Quote} quote @returns {boolean} whether the market is already where a stop waits for it */
export function isTriggered(values, { last }) {
  const stop = takes(values, "stop_price") ? numberOf(values.stopPrice) : null;
  if (!stop || !last) return false;
  return values.side === "buy" ? last.compare(stop) >= 0 : last.compare(stop) <= 0;
}

/** @param {OrderValues} values @param {Quote} quote @param {FeeRates} rates @returns {ExactDecimal} that of whoever takes, or of whoever waits */
function rateOf(values, quote, rates) {
  const rests = values.kind === "limit" && (values.isPostOnly || !isTakenAtOnce(values, quote));
  return rests ? rates.maker : rates.taker;
}

/**
 * @param {OrderValues} values
 * @param {Quote} quote
 * @param {FeeRates} rates
 * @param {ExactDecimal} step of quantities
 * @returns {Estimate | null} null where something is missing
 */
export function estimateOf(values, quote, rates, step) {
  const [price, size, rate] = [orderPrice(values, quote), numberOf(values.size), rateOf(values, quote, rates)];
  if (!price || !size) return null;
  const quantity = isForAmount(values) ? quantityFor(size, { price, rate, step, side: values.side }) : size;
  const value = price.times(quantity);
  const fee = value.times(rate);
  const total = values.side === "buy" ? value.plus(fee) : value.minus(fee);
  return { price, quantity, value, rate, fee, total, isAbout: !takes(values, "price") };
}

/**
 * @param {ExactDecimal} amount of quote
 * @param {{price: ExactDecimal, rate: ExactDecimal, step: ExactDecimal, side: OrderValues["side"]}} terms
 * @returns {ExactDecimal} what it buys with its fee, or what is sold for it
 */
function quantityFor(amount, { price, rate, step, side }) {
  return amount.dividedDownTo(side === "buy" ? price.times(ONE.plus(rate)) : price, step);
}

/** @param {OrderValues} values @param {Estimate} estimate @param {Free} free @returns {ExactDecimal} of what an order gives away: what is left */
export function leftAfter({ side }, { total, quantity }, free) {
  return side === "buy" ? free.quote.minus(total) : free.base.minus(quantity);
}

/**
 * @param {OrderValues} values
 * @param {number} percent of what is free
 * @param {{quote: Quote, rates: FeeRates, free: Free, step: ExactDecimal, tick: ExactDecimal}} market
 * @returns {Pick<OrderValues, "size" | "sizing"> | null} null where no price is known. What buys at the market is for an
 *   amount: the price may rise until it is executed
 */
export function shareOf(values, percent, { quote, rates, free, step, tick }) {
  const share = new ExactDecimal(BigInt(percent), 2);
  if (values.side === "sell") return { sizing: "quantity", size: String(free.base.times(share).downTo(step)) };
  if (values.kind === "market") return { sizing: "quote_quantity", size: String(free.quote.times(share).downTo(tick)) };
  const price = orderPrice(values, quote);
  if (!price) return null;
  const rate = rates.maker.compare(rates.taker) > 0 ? rates.maker : rates.taker; // the server sets aside as much
  const cost = price.times(ONE.plus(rate));
  return { sizing: "quantity", size: String(free.quote.times(share).dividedDownTo(cost, step)) };
}

/**
 * @param {OrderValues} values
 * @param {string} field `price` or `stop_price`
 * @param {Quote} quote
 * @param {ExactDecimal} tick
 * @returns {string} what to begin with: the last price, of a stop one that is still to be reached (and a stop-limit order's
 *   limit is there as well); empty: none is known
 */
export function firstPrice({ side, kind }, field, { last }, tick) {
  if (!last) return "";
  if (field === "price" && kind !== "stop_limit") return String(last.downTo(tick));
  const factor = side === "buy" ? ONE.plus(STOP_DISTANCE) : ONE.minus(STOP_DISTANCE);
  return String(last.times(factor).downTo(tick));
}
