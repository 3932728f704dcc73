/** A grid that isn't there yet, in words. Pure. */
import { formatNumber, formatQuantity } from "../../shared/format.js";
import { moneyText } from "../../shared/money.js";
import { numberShown, text } from "../../shared/typed_numbers.js";
import { countOf, plannedLines } from "./planned_lines.js";

/** @typedef {import("../../../types/grids.js").Preview} Preview */
/** @typedef {{base: string, quote: string, decimals: number, account?: string}} Market `decimals` of its prices; `account`: the name of the one that pays, where there are several */

/** Of a grid with one of these the server starts none. */
const REFUSED = new Set(["TOO_TIGHT", "MAXIMUM_ORDERS", "UNDER_MINIMUM", "OVER_MAXIMUM", "END_REACHED", "INSUFFICIENT_BALANCE"]);
/** @type {Record<string, string>} */
const NAMES = { pair: "a pair", lower_price: "a lower price", upper_price: "an upper price", grid_count: "how many grids" };

/** @param {Preview} preview */
export function isRefused({ warnings }) {
  return warnings.some(({ code }) => REFUSED.has(code));
}

/** @param {string[]} missing names of parameters */
export function missingText(missing) {
  const names = missing.map((name) => NAMES[name] ?? name);
  const last = names.pop();
  return `Type ${names.length ? `${names.join(", ")} and ${last}` : last}, and its lines are drawn on the chart.`;
}

/** @param {{min: number, max: number}} net */
export function netText({ min, max }) {
  const [low, high] = [min, max].map((value) => `${formatNumber(value, 3)}%`);
  return low === high ? low : `${low} to ${high}`;
}

/** @param {Preview} preview @param {Market} market @param {number | null} trigger @returns {[string, string][]} names and values */
export function previewRows(preview, market, trigger) {
  const lines = plannedLines(preview, trigger);
  const { base, quote, unused } = preview.capital;
  return [
    ["Net of a cycle", netText(preview.net_percent)],
    ["Order size", `${text(preview.order_size)} ${market.base}`],
    ["Lines", `${formatQuantity(countOf(lines, "buy"), "buy")}, ${formatQuantity(countOf(lines, "sell"), "sell")}`],
    ["Bought at the start", `${text(base)} ${market.base}`],
    ["For buy orders", moneyText(quote, market.quote)],
    ["Unused", moneyText(unused, market.quote)],
    ["At the price", formatNumber(trigger ?? preview.price, market.decimals)],
  ];
}

/**
 * @param {Preview} preview
 * @param {Market} market
 * @param {Record<string, unknown>} given
 * @returns {string[]} what starting it will do, sentence by sentence
 */
export function startSentences(preview, market, given) {
  const trigger = numberShown(given.trigger_price);
  const lines = plannedLines(preview, trigger);
  const price = (/** @type {unknown} */ value) => formatNumber(Number(value), market.decimals);
  const size = `${text(preview.order_size)} ${market.base}`;
  const bought = preview.capital.base;
  const beginning = trigger === null ? "At once" : `Once the price has reached ${price(trigger)}`;
  const buys = bought > 0 ? `it buys ${text(bought)} ${market.base} at the market, then places` : "it places";
  const money = given.order_size === undefined ? moneyText(Number(given.investment ?? 1000), market.quote) : `what ${size} for each line costs`;
  const ends = [["stop_loss", "falls to"], ["take_profit", "rises to"]].filter(([name]) => given[name] !== undefined);
  return [
    `It takes ${money} of your paper account${market.account ? ` ${market.account}` : ""}: no real money.`,
    `${beginning} ${buys} ${formatQuantity(countOf(lines, "buy"), "buy order")} and ${formatQuantity(countOf(lines, "sell"), "sell order")} of ${size} each, between ${price(preview.lines[0])} and ${price(preview.lines.at(-1))}.`,
    `Each buy and sell of a pair of lines earns ${netText(preview.net_percent)} after fees. While the price falls, what it holds loses worth.`,
    ...ends.map(([name, does]) => `It ends, and sells what it holds, when the price ${does} ${price(given[name])}.`),
    ...preview.warnings.map(({ message }) => `${message}.`),
  ];
}
