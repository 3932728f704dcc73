/** The backtest that is to go live, beside the form that it has filled: what it came to, and over which time. */
import { byId } from "../../shared/elements.js";
import { quoteAssetOf } from "../../shared/money.js";
import { spanText } from "../../shared/moments.js";
import { element, setText } from "../../shared/painting.js";
import { HEADLINE, metricDirection, metricOf, metricText } from "../../shared/strategies/backtest_metrics.js";

/** @typedef {import("../../../types/backtests.js").Backtest} Backtest */

export class CopiedBacktest {
  /** @type {Backtest | null} */
  #backtest = null;

  constructor() {
    byId("copied-drop").addEventListener("click", () => this.show(null));
  }

  /** @returns {{backtest_id?: string}} what starting it says of it */
  get given() {
    return this.#backtest ? { backtest_id: this.#backtest.id } : {};
  }

  /** @param {Backtest | null} backtest null: it is a strategy of its own */
  show(backtest) {
    this.#backtest = backtest;
    byId("copied").hidden = !backtest;
    if (!backtest) return;
    const { id, title, symbol, interval, start, end, metrics } = backtest;
    setText(byId("copied-title"), `As in the backtest of ${title} on ${symbol}, ${interval}, ${spanText(start, end)}`);
    byId("copied-figures").replaceChildren(...(metrics ? HEADLINE.map((name) => figureOf(name, metrics[name], quoteAssetOf(backtest))) : []));
    byId("copied-link").setAttribute("href", `/backtests/${id}/`);
  }
}

/** @param {string} name of a metric @param {number | null | undefined} value @param {string} quote asset of amounts */
function figureOf(name, value, quote) {
  const row = metricOf(name);
  const figure = element("dd", { "data-direction": metricDirection(row, value) }, metricText(row, value, quote));
  return element("div", {}, element("dt", {}, row.title), figure);
}
