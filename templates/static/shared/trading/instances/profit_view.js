/** The profit over time of a grid or a strategy: reckoned from its fills for the time before the page was opened, then as it is told. */
import { EquityChart } from "../../chart/equity_chart.js";
import { byId } from "../../elements.js";
import { longestOf } from "../../market_data/intervals.js";
import { moneyDecimals, quoteAssetOf } from "../../money.js";
import { setText } from "../../painting.js";
import { profitOf } from "./instance_news.js";
import { profitCurve } from "./profit_curve.js";

/** @typedef {import("../../../../types/instances.js").Instance} Instance */

const MOST_TOLD = 3_600;

export class ProfitView {
  /** @type {EquityChart | undefined} */
  #chart;
  /** @type {import("./profit_curve.js").ProfitPoint[]} as the server has told since the page is open */
  #told = [];
  /** @type {import("./profit_curve.js").ProfitPoint[]} */
  #reckoned = [];
  #isNew = true;
  #quote = "";

  /** @param {typeof import("lightweight-charts")} library */
  drawWith(library) {
    this.#chart = new EquityChart(byId("profit-canvas"), library);
    this.#draw();
  }

  /** Begin anew, for another one. */
  clear() {
    this.#told = [];
    this.#reckoned = [];
    this.#isNew = true;
    this.#draw();
  }

  /** @param {Instance} instance as it was told just now */
  add(instance) {
    const profit = profitOf(instance);
    if (profit === null) return;
    this.#quote = quoteAssetOf(instance);
    this.#told.push({ time: Date.now(), profit });
    if (this.#told.length > MOST_TOLD) this.#told = this.#told.filter((_, index) => index % 2);
    this.#draw();
  }

  /**
   * @param {Instance} instance
   * @param {import("../../../../types/instances.js").InstanceFill[]} fills
   * @param {{candles: import("../../market_data/rest.js").Candle[], interval: string, areAll: boolean, feeRate: number}} options `feeRate`: of its fills
   */
  reckon(instance, fills, { candles, interval, areAll, feeRate }) {
    const { position, current_price: price } = instance;
    const profit = profitOf(instance);
    const anchor = areAll || profit === null || price === null ? null : { profit, position, price };
    this.#quote = quoteAssetOf(instance);
    const length = longestOf(interval);
    const curve = profitCurve(fills, candles, { feeRate, length, anchor });
    const until = Math.min(this.#told[0]?.time ?? Date.now(), Date.now());
    this.#reckoned = curve.filter(({ time }) => time <= until);
    this.#draw();
  }

  #draw() {
    const points = [...this.#reckoned, ...this.#told];
    setText(byId("profit-note"), points.length ? "" : "It has traded nothing yet.");
    byId("profit-canvas").hidden = !points.length;
    const line = { name: "profit", colour: "accent", times: points.map(({ time }) => time), values: points.map(({ profit }) => profit) };
    this.#chart?.show([line], [], { keepView: !this.#isNew, decimals: moneyDecimals(this.#quote) });
    this.#isNew = false;
  }
}
