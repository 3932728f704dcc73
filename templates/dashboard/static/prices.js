/** Prices that a market takes: multiples of its step. Pure. */
import { decimalsOfStep } from "./format.js";

/** A key moves a level by such a part of it. */
const STEP_OF_A_KEY = 0.001;

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

/**
 * @param {number} price
 * @param {number | string} tickSize
 * @param {{steps: number, isFine: boolean}} move by so many steps of a key; fine: of the market's own
 * @returns {string}
 */
export function steppedPrice(price, tickSize, { steps, isFine }) {
  const step = isFine ? Number(tickSize) : Math.max(Number(tickSize), price * STEP_OF_A_KEY);
  return nearestPrice(price + steps * step, tickSize);
}
