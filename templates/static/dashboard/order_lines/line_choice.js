/** Which lines are drawn, and which of them are named where there are many. Pure. */

/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {{key: string, y: number | null}} Place of a line, px below the chart's upper edge; null: not in sight */

/** More orders of grids aren't drawn but counted: those nearest to the price are. */
export const MOST_GRID_LINES = 40;
/** So many lines, nearest to the price first, have their price on the scale, and their words beside them. */
export const MOST_NAMED = 12;
/** Words that are nearer to each other than a handle is high would lie on each other, px; for a finger they are further apart. */
export const WORDS_APART = 30;
/** So many lines behind the legend have words below it: more would hide the candles. */
const MOST_BELOW_LEGEND = 3;

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
 * Words that would lie over the chart's legend stand below it, one under the other as their lines are; all others stand at
 * their lines.
 *
 * @param {Place[]} lines those that matter most first
 * @param {{legend: number, height: number, apart: number}} chart `legend`, `height`: px below its upper edge, of the legend's end
 *   and of the candles'; `apart`: px from one line's words to the next
 * @returns {Map<string, number>} where the words stand of those that are named, by their keys
 */
export function placesOfWords(lines, { legend, height, apart }) {
  const first = legend + apart / 2;
  /** @type {Map<string, number>} */
  const words = new Map();
  for (const { key, y } of lines) {
    if (words.size === MOST_NAMED) break;
    const place = y === null ? undefined : placesFor(y, { first, height, apart }).find((each) => [...words.values()].every((other) => Math.abs(other - each) >= apart));
    if (place !== undefined) words.set(key, place);
  }
  return inOrder(words, lines.filter(({ key, y }) => words.has(key) && Number(y) < first));
}

/** @param {number} y of the line @param {{first: number, height: number, apart: number}} chart `first`: the uppermost that isn't over the legend */
function placesFor(y, { first, height, apart }) {
  if (y >= first) return [y];
  const below = Array.from({ length: MOST_BELOW_LEGEND }, (_, index) => first + index * apart);
  return below.filter((place) => place + apart / 2 <= height);
}

/** @param {Map<string, number>} words @param {Place[]} moved those that don't stand at their lines */
function inOrder(words, moved) {
  const places = moved.map(({ key }) => Number(words.get(key))).sort((one, other) => one - other);
  const lines = [...moved].sort((one, other) => Number(one.y) - Number(other.y));
  return new Map([...words, ...lines.map(({ key }, index) => /** @type {const} */ ([key, places[index]]))]);
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
