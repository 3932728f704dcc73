/** A run in words. Pure. */
import { capitalized } from "../../shared/format.js";
import { moneyNumber, quoteAssetOf } from "../../shared/money.js";
import { percentText, text } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/backtests.js").Backtest} Backtest */

/** @param {Backtest} backtest */
export function costsText(backtest) {
  const { initial_capital: capital, fee_rate: fee, slippage } = backtest;
  const quote = quoteAssetOf(backtest);
  const amount = `${moneyNumber(capital, quote).replace(/\.0+$/, "")} ${quote}`.trim();
  return `${amount}, fee ${percentText(fee)}%, slippage ${percentText(slippage)}%`;
}

/** @param {Pick<Backtest, "params">} backtest @returns {[string, string][]} name and value of each parameter */
export function paramRows({ params }) {
  return Object.entries(params).map(([name, value]) => [capitalized(name.replaceAll("_", " ")), paramText(value)]);
}

/** @param {unknown} value @returns {string} */
export function paramText(value) {
  if (Array.isArray(value)) return value.map(paramText).join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null || value === undefined ? "–" : text(value).replaceAll("_", " ");
}

/** @param {Backtest} backtest @returns {string} why it is as it is, where that needs words */
export function reasonText({ state, reason, metrics }) {
  const words = reason ? `${capitalized(reason.replace(/\.$/, ""))}.` : "";
  if (state === "error") return `It could not be run. ${words}`.trim();
  if (state !== "cancelled") return "";
  return `Cancelled. ${metrics ? "What is below is what it had until then." : "It had no result yet."}`;
}
