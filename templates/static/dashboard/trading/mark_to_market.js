/** What is held, at the price that the page tells of its market: newer than that by which the server has counted. Pure. */
import { ExactDecimal, ZERO, exactOrZero } from "../../shared/exact_decimal.js";

/** @typedef {import("../../../types/trading.js").Portfolio} Portfolio */
/** @typedef {import("../../../types/trading.js").Position} Position */
/** @typedef {{symbol: string, price?: number}} Market the one of which the page tells the price; undefined: it tells none */

/**
 * @param {Position} position
 * @param {Market} market
 * @returns {Position} of that market, with its gain at the price of now; of another, as it is; what the
 *   server knows no price of yet, it counts as worth what it cost
 */
export function markedToMarket(position, { symbol, price }) {
  if (symbol !== position.symbol || price === undefined || price === position.price) return position;
  const { quantity, averagePrice, price: before, unrealizedPnl: gain } = position;
  const change = exactOrZero(quantity).times(exactOrZero(price).minus(exactOrZero(before ?? averagePrice)));
  return { ...position, price, unrealizedPnl: added(gain ?? 0, change) };
}

/**
 * @param {Portfolio} portfolio
 * @param {Market} market
 * @returns {Portfolio} its positions, and the sums of them, at that price
 */
export function portfolioMarkedToMarket(portfolio, market) {
  const positions = portfolio.positions.map((position) => markedToMarket(position, market));
  const changes = positions.map(({ unrealizedPnl: now }, index) => exactOrZero(now).minus(exactOrZero(portfolio.positions[index].unrealizedPnl)));
  const change = changes.reduce((sum, each) => sum.plus(each), ZERO);
  const { equity, unrealizedPnl } = portfolio;
  return { ...portfolio, positions, equity: added(equity, change), unrealizedPnl: added(unrealizedPnl, change) };
}

/** @param {number} amount @param {ExactDecimal} change */
function added(amount, change) {
  return Number(String(exactOrZero(amount).plus(change)));
}
