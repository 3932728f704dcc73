/** A layout of the chart as the server keeps it, and as the page's menus have it. Pure. */
import { choiceOf } from "../../indicators/indicator_choice.js";
import { offeredIntervals } from "../../../shared/market_data/intervals.js";
import { displayOf } from "../display/display_choice.js";

/** @typedef {import("../../indicators/indicator_choice.js").Chosen} Chosen */
/** @typedef {import("../display/display_choice.js").Display} Display */
/** @typedef {{interval: string, display: Display, compare: string, choice: Chosen[]}} Looks `compare`: empty for none */
/** @typedef {import("../../../../types/market.js").Layout} Layout */

/** @param {Looks} looks @returns {Layout} */
export function layoutOf({ interval, display, compare, choice }) {
  const indicators = choice.map(({ entry: { key }, parameters, colours }) => ({ key, parameters: asTexts(parameters), colours }));
  return { interval, ...display, compare, indicators };
}

/** @param {Layout} layout which another version of this page may have made @param {string} interval in place of one that isn't known @returns {Looks} */
export function looksOf({ interval: kept, type, scale, compare, indicators }, interval) {
  const numbers = indicators.map(({ parameters, ...each }) => ({ ...each, parameters: asNumbers(parameters) }));
  return {
    interval: offeredIntervals().includes(kept) ? kept : interval,
    display: displayOf(JSON.stringify({ type, scale })),
    compare,
    choice: choiceOf(JSON.stringify(numbers)),
  };
}

/** Exact, as the server has them. @param {Record<string, number>} parameters */
function asTexts(parameters) {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}

/** @param {Record<string, string | number>} parameters */
function asNumbers(parameters) {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, Number(value)]));
}
