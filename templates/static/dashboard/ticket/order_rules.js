/**
 * What the market takes of an order, told beside the fields before it is sent: in people's words as a hint, and in the
 * server's words where what is typed is none of it. The server decides all the same. Pure.
 */
import { ExactDecimal, formatExact } from "../../shared/exact_decimal.js";
import { numberGiven } from "../../shared/typed_numbers.js";
import { orderPrice } from "./order_estimate.js";
import { isForAmount, numberOf, takes } from "./order_values.js";

/** @typedef {import("./order_values.js").OrderValues} OrderValues */
/** @typedef {import("./order_estimate.js").Quote} Quote */
/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */

/**
 * @param {OrderValues} values
 * @param {SymbolInfo} info
 * @returns {{price: string, size: string}} what may be typed, in words
 */
export function hintsOf(values, { base, quote, tickSize, stepSize, minQuantity, minNotional }) {
  const [tick, step, fewest, least] = [tickSize, stepSize, minQuantity, minNotional].map((size) => ExactDecimal.of(size));
  const isBeyondStep = fewest?.isPositive && !(step && fewest.compare(step) <= 0);
  const bounds = [isBeyondStep && `${formatExact(fewest)} ${base}`, least?.isPositive && `${formatExact(least)} ${quote}`].filter(Boolean);
  const worth = bounds.length > 0 ? `At least ${bounds.join(" and ")}` : "";
  const steps = step?.isPositive && !isForAmount(values) ? `in steps of ${formatExact(step)} ${base}` : "";
  return {
    price: tick?.isPositive ? `In steps of ${formatExact(tick)} ${quote}` : "",
    size: capitalized([worth, steps].filter(Boolean).join(", ")),
  };
}

/**
 * @param {OrderValues} values
 * @param {SymbolInfo} info
 * @param {Quote} quote
 * @returns {Record<string, string>} a sentence by the field's name in the server's refusals; what is empty is no fault
 */
export function faultsOf(values, info, quote) {
  const sizeName = isForAmount(values) ? "quote_quantity" : "quantity";
  const faults = {
    price: takes(values, "price") ? stepFault("price", values.price, info.tickSize) : "",
    stop_price: takes(values, "stop_price") ? stepFault("stop_price", values.stopPrice, info.tickSize) : "",
    [sizeName]:
      stepFault(sizeName, values.size, isForAmount(values) ? NaN : info.stepSize) ||
      quantityFault(values, info, quote) ||
      worthFault(values, info, quote),
  };
  return Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault));
}

/**
 * @param {Record<string, string>} known faults that the page has found itself
 * @param {string} typing the field that is being typed into: what the page finds wrong with it is said afterwards
 * @param {Record<string, string>} foreseen what the server has said, which was asked in a pause: it is said at once
 * @returns {Record<string, string>} what is told now
 */
export function faultsTold(known, typing, foreseen) {
  const { [typing]: _, ...others } = known;
  return { ...foreseen, ...others };
}

/** @param {string} name @param {string} typed @param {number} size of a step; NaN: there is none */
function stepFault(name, typed, size) {
  if (!numberGiven(typed)) return "";
  const number = ExactDecimal.of(numberGiven(typed));
  if (!number) return `${name} must be a number`;
  if (!number.isPositive) return `${name} must be greater than 0`;
  const step = ExactDecimal.of(size);
  return step?.isPositive && !number.isMultipleOf(step) ? `${name} must be a multiple of ${step}` : "";
}

/** @param {OrderValues} values @param {SymbolInfo} info @param {Quote} market */
function quantityFault(values, { base, stepSize, minQuantity, maxQuantity }, market) {
  const quantity = quantityOf(values, ExactDecimal.of(stepSize), market);
  const [least, most] = [minQuantity, maxQuantity].map((size) => ExactDecimal.of(size));
  if (quantity && least && quantity.compare(least) < 0) return `the order is for ${quantity} ${base}; the least is ${least}`;
  return quantity && most?.isPositive && quantity.compare(most) > 0 ? `the order is for ${quantity} ${base}; the most is ${most}` : "";
}

/**
 * @param {OrderValues} values
 * @param {ExactDecimal | null} step
 * @param {Quote} market
 * @returns {ExactDecimal | null} of base; null where it isn't known, or is no step: an amount may be too little for one
 */
function quantityOf(values, step, market) {
  const [size, price] = [numberOf(values.size), orderPrice(values, market)];
  if (!size || !isForAmount(values)) return size;
  const quantity = price && step?.isPositive ? size.dividedDownTo(price, step) : null;
  return quantity?.isPositive ? quantity : null;
}

/** @param {OrderValues} values @param {SymbolInfo} info @param {Quote} market */
function worthFault(values, { quote, minNotional }, market) {
  const [size, least, price] = [numberOf(values.size), ExactDecimal.of(minNotional), orderPrice(values, market)];
  if (!size || !least?.isPositive) return "";
  const worth = isForAmount(values) ? size : price && size.times(price);
  return worth && worth.compare(least) < 0 ? `the order is worth ${worth} ${quote}; the least is ${least}` : "";
}

/** @param {string} words */
function capitalized(words) {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
