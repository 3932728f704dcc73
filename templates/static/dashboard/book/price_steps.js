/** The steps by which the prices of an order book can be gathered. Pure. */
import { ExactDecimal } from "../../shared/exact_decimal.js";

/** How many ticks a step is; the finest shows the levels as they are. */
export const MULTIPLES = [1, 5, 10, 50, 100, 500, 1_000];

/**
 * @param {number | string} tickSize the least difference of two prices
 * @param {number} multiple
 * @returns {ExactDecimal | null} null: the market's tick isn't known, and nothing can be gathered
 */
export function stepOf(tickSize, multiple) {
  const tick = ExactDecimal.of(tickSize);
  return tick?.isPositive ? tick.times(new ExactDecimal(BigInt(multiple))) : null;
}
