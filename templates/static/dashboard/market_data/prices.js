/** Prices that a market takes: multiples of its step. Pure. */
import { decimalsOfStep } from "../../shared/format.js";

/**
 * @param {number} price
 * @param {number | string} tickSize
 * @returns {string} the nearest one, in plain notation
 */
export function nearestPrice(price, tickSize) {
  const step = Number(tickSize);
  const decimals = decimalsOfStep(tickSize);
  return (Math.max(1, Math.round(price / step)) * step).toFixed(decimals);
}
