/** Which lines are drawn, and which of them are named where there are many. Pure. */

/** @typedef {import("../../../types/trading.js").Order} Order */

/** More orders of grids aren't drawn but counted: those nearest to the price are. */
export const MOST_GRID_LINES = 40;
/** So many lines, nearest to the price first, have their price on the scale, and their words beside them. */
export const MOST_NAMED = 12;
/** Words that are nearer to each other than a handle is high would lie on each other, px. */
const APART = 30;

/** @param {Pick<Order, "price" | "stopPrice">} order @returns {number | null} where its line is; null: a market order has none */
export function linePrice({ price, stopPrice }) {
  return stopPrice ?? price;
}

/**
 * @param {Iterable<Order>} orders that rest
 * @param {string} symbol
 * @param {number | undefined} market the price of now; undefined: it isn't known
 * @returns {{byHand: Order[], ofGrids: Order[]}} those of the symbol, nearest to the price first
 */
export function ordersOf(orders, symbol, market) {
  const own = [...orders].filter((order) => order.symbol === symbol && linePrice(order) !== null);
  const distance = (/** @type {Order} */ order) => Math.abs(Number(linePrice(order)) - Number(market));
  if (market !== undefined) own.sort((one, other) => distance(one) - distance(other));
  return { byHand: own.filter(({ instance }) => instance === null), ofGrids: own.filter(({ instance }) => instance !== null) };
}

/**
 * @param {{key: string, y: number | null}[]} places of lines, those that matter most first; null: not in sight
 * @returns {Set<string>} the keys of those that are named
 */
export function namedKeys(places) {
  /** @type {{key: string, y: number}[]} */
  const named = [];
  for (const { key, y } of places) {
    if (named.length === MOST_NAMED) break;
    if (y !== null && named.every((other) => Math.abs(other.y - y) >= APART)) named.push({ key, y });
  }
  return new Set(named.map(({ key }) => key));
}

/**
 * @param {{above: number, below: number, ofGrids: number}} counts of lines that are out of sight, and of orders of grids
 * @returns {string} what the chart doesn't show; empty: nothing
 */
export function countsText({ above, below, ofGrids }) {
  const sides = [above && `${above} above`, below && `${below} below`].filter(Boolean).join(", ");
  const grids = ofGrids > MOST_GRID_LINES ? `, the ${MOST_GRID_LINES} nearest are drawn` : "";
  const parts = [sides && `Orders out of sight: ${sides}`, ofGrids && `Orders of grids: ${ofGrids}${grids}`];
  return parts.filter(Boolean).join(". ");
}
