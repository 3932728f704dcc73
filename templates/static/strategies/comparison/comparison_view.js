/** A live run and a backtest over each other: both lines with their fills, what they came to, and what differs. */
import { EquityChart } from "../../shared/chart/equity_chart.js";
import { fillMarksOf } from "../../shared/chart/line_points.js";
import { byId } from "../../shared/elements.js";
import { moneyDecimals } from "../../shared/money.js";
import { element, setText } from "../../shared/painting.js";
import { timeElement } from "../../shared/time_zone/time_element.js";
import { choiceText, comparisonSentences, differenceNote, differenceRows, totalRows } from "./comparison_text.js";

/** @typedef {import("../../../types/strategies.js").Comparison} Comparison */
/** @typedef {import("../../../types/backtests.js").Backtest} Backtest */

const LIVE = "Live";
const BACKTEST = "Backtest";

export class ComparisonView {
  /** @type {EquityChart | undefined} */
  #chart;
  /** @type {Comparison | null} */
  #compared = null;
  #quote = "";

  /** @param {typeof import("lightweight-charts")} library */
  drawWith(library) {
    this.#chart = new EquityChart(byId("comparison-canvas"), library);
    this.#draw();
  }

  /** @param {Backtest[]} backtests which there are to choose from @param {string} chosen its id @param {string | null} origin */
  offer(backtests, chosen, origin) {
    byId("comparison-choice").hidden = !backtests.length;
    const options = backtests.map((each) => element("option", { value: each.id }, choiceText(each, origin)));
    byId("comparison-backtest").replaceChildren(...options);
    byId("comparison-backtest", "select").value = chosen;
  }

  /** @param {string} words in the place of what isn't there (yet) */
  tell(words) {
    setText(byId("comparison-note"), words);
  }

  /** @param {Comparison | null} compared null: there is nothing to show @param {{quote: string, decimals: number}} [market] */
  show(compared, market = { quote: "", decimals: 2 }) {
    this.#compared = compared;
    this.#quote = market.quote;
    byId("comparison-body").hidden = !compared;
    if (!compared) return;
    byId("comparison-words").replaceChildren(...comparisonSentences(compared, market.quote).map((words) => element("li", {}, words)));
    byId("comparison-totals").replaceChildren(...totalRows(compared, market.quote).map(totalRow));
    byId("difference-rows").replaceChildren(...differenceRows(compared, market).map(differenceRow));
    setText(byId("difference-note"), differenceNote(compared));
    this.#draw();
  }

  /** Show the same once more, as its market is known. @param {{quote: string, decimals: number}} market */
  showIn(market) {
    if (this.#compared) this.show(this.#compared, market);
  }

  #draw() {
    if (!this.#compared || !this.#chart) return;
    const { lines, live_fills: live, backtest_fills: tested } = this.#compared;
    byId("comparison-legend").replaceChildren(keyOf("live", "Live"), keyOf("backtest", "Backtest"), element("span", {}, "▲ ▼: bought, sold; live above its line, the backtest below"));
    const shown = [
      { name: BACKTEST, colour: "line-3", times: lines.backtest.times, values: lines.backtest.equity },
      { name: LIVE, colour: "accent", times: lines.live.times, values: lines.live.equity },
    ];
    this.#chart.show(shown, [], { decimals: moneyDecimals(this.#quote) });
    this.#chart.mark(LIVE, fillMarksOf(live, lines.live.times, true));
    this.#chart.mark(BACKTEST, fillMarksOf(tested, lines.backtest.times, false));
  }
}

/** @param {string} run @param {string} words */
function keyOf(run, words) {
  return element("span", { class: "key", "data-run": run }, words);
}

/** @param {{name: string, live: string, backtest: string, difference: string}} row */
function totalRow({ name, live, backtest, difference }) {
  const cells = [live, backtest, difference].map((value) => element("td", { class: "number" }, value));
  return element("tr", {}, element("th", { scope: "row" }, name), ...cells);
}

/** @param {import("./comparison_text.js").DifferenceRow} row */
function differenceRow({ time, what, live, backtest, why }) {
  const cells = [what, live, backtest, why].map((value) => element("td", {}, value));
  return element("tr", {}, element("th", { scope: "row", class: "time" }, timeElement(time)), ...cells);
}
