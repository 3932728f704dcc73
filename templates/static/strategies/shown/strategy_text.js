/** A live strategy in words. Pure. */
import { NOTHING, capitalized } from "../../shared/format.js";
import { moneyNumber, quoteAssetOf } from "../../shared/money.js";
import { momentText } from "../../shared/moments.js";
import { signalLine } from "../../shared/trading/instances/event_text.js";
import { figuresOf, flatFigure, openOrdersText } from "../../shared/trading/instances/instance_text.js";
import { text } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/strategies.js").LiveStrategy} LiveStrategy */

const OVER = new Set(["stopping", "stopped"]);

/** @param {LiveStrategy} strategy */
export function titleOf({ title, symbol, interval }) {
  return `${title} on ${symbol}, ${interval}`;
}

/** @param {LiveStrategy} strategy @param {string} account its name, where there are several */
export function rowTexts(strategy, account) {
  const fees = `fees ${moneyNumber(strategy.fees, quoteAssetOf(strategy))}`;
  const more = [account, strategy.last_signal && `last advice ${strategy.last_signal}`, fees, openOrdersText(strategy)];
  return { title: titleOf(strategy), more: more.filter(Boolean).join(" · ") };
}

/** @param {LiveStrategy} strategy @param {import("../../../types/instances.js").InstanceMarket} market */
export function strategyFigures(strategy, market) {
  return figuresOf(strategy, market, [flatFigure("Last advice", strategy.last_signal ?? NOTHING)]);
}

/** @param {LiveStrategy} strategy @returns {[string, string][]} */
export function parameterRows({ parameters }) {
  return Object.entries(parameters).map(([name, value]) => [capitalized(name.replaceAll("_", " ")), text(value).replaceAll("_", " ")]);
}

/** @param {string} state @returns {Record<string, boolean>} by the id of each button */
export function offeredIn(state) {
  return { "strategy-pause": state === "running", "strategy-resume": state === "paused", "strategy-stop": !OVER.has(state) };
}

/** @param {import("../../../types/instances.js").Signal | undefined} signal the last @param {number} decimals of prices */
export function lastSignalText(signal, decimals) {
  return signal ? `${momentText(signal.timestamp)} · ${signalLine(signal, decimals).text}` : "It has advised nothing yet.";
}

/**
 * Reckon what its fills cost: a strategy is told no rate of its own.
 *
 * @param {LiveStrategy} strategy
 * @param {import("../../../types/instances.js").InstanceFill[]} fills
 * @returns {number} a fraction
 */
export function feeRateOf({ fees }, fills) {
  const turnover = fills.reduce((sum, { price, amount }) => sum + price * amount, 0);
  return turnover ? fees / turnover : 0;
}
