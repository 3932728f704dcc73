/** In which order the markets stand: by the column that the reader has chosen. Pure. */

/** @typedef {"market" | "volume" | "price" | "change"} Column */
/** @typedef {{column: Column, isDescending: boolean}} Order */
/** @typedef {{price: number, changePercent24h: number | null, volume24h: number | null}} Values */

/** By turnover, as the overview ranks them, until the reader chooses otherwise. */
const BY_TURNOVER = null;
/** @type {Record<Exclude<Column, "market">, keyof Values>} */
const VALUES = { volume: "volume24h", price: "price", change: "changePercent24h" };

/**
 * @param {Order | null} order
 * @param {Column} column whose head was pressed: at first the largest (of names the first) come first, then the other way
 *   round, then all stand by turnover again
 * @returns {Order | null}
 */
export function orderAfter(order, column) {
  const isFirst = column !== "market";
  if (order?.column !== column) return { column, isDescending: isFirst };
  return order.isDescending === isFirst ? { column, isDescending: !isFirst } : BY_TURNOVER;
}

/**
 * @template {{symbol: string}} M
 * @param {readonly M[]} markets by turnover
 * @param {Order | null} order
 * @param {(symbol: string) => Values | undefined} valuesOf
 * @returns {M[]} what has no value comes last, either way
 */
export function inOrder(markets, order, valuesOf) {
  if (!order) return [...markets];
  const { column, isDescending } = order;
  const sign = isDescending ? -1 : 1;
  if (column === "market") return [...markets].sort((one, other) => sign * (one.symbol < other.symbol ? -1 : 1));
  const valueOf = (/** @type {M} */ { symbol }) => valuesOf(symbol)?.[VALUES[column]] ?? NaN;
  return [...markets].sort((one, other) => compared(valueOf(one), valueOf(other), sign));
}

/** @param {number} one @param {number} other @param {number} sign */
function compared(one, other, sign) {
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  return sign * (one - other);
}
