/** What is held, at the price that the page tells of its market: newer than that by which the server has counted. Pure. */
import { ExactDecimal, ZERO } from "../../shared/exact_decimal.js";

/** @typedef {import("../../../types/trading.js").Portfolio} Portfolio */
/** @typedef {import("../../../types/trading.js").Position} Position */

/**
 * @param {Position} position
 * @param {number | undefined} price of now; undefined: the page tells none
 * @returns {Position} with its gain at that price; null while the server has counted none
 */
export function markedToMarket(position, price) {
  if (price === undefined || price === position.price) return position;
  const { quantity, price: before, unrealizedPnl: gain } = position;
  const isCounted = gain !== null && before !== null;
  return { ...position, price, unrealizedPnl: isCounted ? added(gain, exact(quantity).times(difference(price, before))) : null };
}

/**
 * @param {Portfolio} portfolio
 * @param {{symbol: string, price?: number}} market the one of which the page tells the price
 * @returns {Portfolio} its positions, and the sums of them, at that price
 */
export function portfolioMarkedToMarket(portfolio, { symbol, price }) {
  const positions = portfolio.positions.map((position) => (position.symbol === symbol ? markedToMarket(position, price) : position));
  const changes = positions.map(({ unrealizedPnl: now }, index) => difference(now, portfolio.positions[index].unrealizedPnl));
  const change = changes.reduce((sum, each) => sum.plus(each), ZERO);
  const { equity, unrealizedPnl } = portfolio;
  return { ...portfolio, positions, equity: added(equity, change), unrealizedPnl: added(unrealizedPnl, change) };
}

/** @param {number} amount @param {ExactDecimal} change */
function added(amount, change) {
  return Number(String(exact(amount).plus(change)));
}

/** @param {number | null} now @param {number | null} before @returns {ExactDecimal} nothing where one isn't known */
function difference(now, before) {
  return now === null || before === null ? ZERO : exact(now).minus(exact(before));
}

/** @param {number} value */
function exact(value) {
  return ExactDecimal.of(value) ?? ZERO;
}
