/** How a position is closed: by a market order the other way, over what is free in the account. Pure. */
import { ExactDecimal, ZERO, exactOrZero, formatExact } from "../../shared/exact_decimal.js";
import { decimalsOfStep } from "../../shared/format.js";
import { gainOf, worthText } from "./trading_text.js";

/** @typedef {import("../../../types/trading.js").Position} Position */
/** @typedef {import("../../../types/market.js").Symbol} Symbol */

/**
 * @typedef {object} Closing
 * @property {"buy" | "sell"} side
 * @property {ExactDecimal} quantity of base, a multiple of the market's step
 * @property {ExactDecimal} left what stays
 */

/**
 * @param {Position} position
 * @param {Symbol} info of its market
 * @param {number | undefined} free how much of the base asset isn't bound
 * @returns {Closing | string} why it can't be closed, a sentence
 */
export function closingOf(position, { base, stepSize }, free) {
  const held = exactOrZero(Math.abs(position.quantity));
  const side = position.quantity > 0 ? "sell" : "buy";
  const inHand = side === "sell" ? exactOrZero(free) : held;
  const least = inHand.compare(held) < 0 ? inHand : held;
  const step = ExactDecimal.of(stepSize);
  const quantity = step?.isPositive ? least.downTo(step) : least;
  if (quantity.isPositive) return { side, quantity, left: held.minus(quantity) };
  if (inHand.isPositive) return `${formatExact(inHand)} ${base} is less than can be sold: at least ${formatExact(step ?? ZERO)}.`;
  return "All of it is bound in open orders or in grids, or is another account's: cancel the orders, or stop the grid, to sell it.";
}

/**
 * @param {Closing} closing
 * @param {Position} position at the price of now
 * @param {Symbol} info
 * @param {string} account its name, where one has several; else empty
 * @returns {string[]} what it will do
 */
export function closingSentences({ side, quantity, left }, position, { base, quote, tickSize }, account) {
  const amount = `${formatExact(quantity)} ${base}`;
  const verb = side === "sell" ? "sells" : "buys back";
  const price = position.price === null ? null : ExactDecimal.of(position.price);
  const sentences = [
    `It ${verb} ${amount}${account && ` of the account ${account}`} at once, by a market order, at what the order book offers.`,
  ];
  if (price) {
    const now = formatExact(price, decimalsOfStep(tickSize));
    sentences.push(`At the price of now, ${now}, that is about ${worthText(position.price, quantity)} ${quote} before the fee.`);
    sentences.push(`Unrealised gain of the whole position: ${gainOf(position, quote).amount} ${quote}.`);
  } else sentences.push("No price is known now, so what that is worth isn't, either.");
  if (left.isPositive) sentences.push(`${formatExact(left)} ${base} stay: bound in open orders or in grids, another account's, or less than a whole step.`);
  return sentences;
}
