/** What a run came to: figures, checks, equity, and its trades in a table and on the chart. */
import { byId } from "../../shared/elements.js";
import { formatNumber, formatPercent } from "../../shared/format.js";
import { isWithinDay } from "../../shared/market_data/intervals.js";
import { element, setText } from "../../shared/painting.js";
import { EquityChart } from "../../shared/chart/equity_chart.js";
import { moneyDecimals, moneyNumber, quoteAssetOf } from "../../shared/money.js";
import { msOf } from "../../shared/moments.js";
import { FullCheck } from "./full_check.js";
import { showChecks, showTables } from "./tables.js";
import { TradeTable } from "./trade_table.js";
import { TradesOnChart } from "./trades_on_chart.js";

/** @typedef {import("../../../types/backtests.js").Result} Result */

const EQUITY = "Equity";
const HELD = "Buy and hold";
const DRAWDOWN = "Drawdown";

export class ResultView {
  #part = byId("result");
  #legend = byId("equity-legend");
  #table;
  #tickSizeOf;
  /** @type {FullCheck} */
  #fullCheck;
  /** @type {EquityChart | undefined} */
  #equity;
  /** @type {TradesOnChart | undefined} */
  #trades;
  /** @type {Result | null} */
  #result = null;

  /**
   * @param {import("../requests.js").BacktestRequests} requests
   * @param {(symbol: string) => number | string | undefined} tickSizeOf
   */
  constructor(requests, tickSizeOf) {
    this.#tickSizeOf = tickSizeOf;
    this.#fullCheck = new FullCheck(requests, (checked) => {
      this.#fullCheck.show(checked);
      showChecks(checked);
    });
    this.#table = new TradeTable(requests, (trade, all) => {
      this.#trades?.choose(trade, all);
      this.#table.mark(trade.number);
    });
  }

  /** @param {typeof import("lightweight-charts")} library */
  drawWith(library) {
    this.#equity = new EquityChart(byId("equity-chart"), library);
    this.#equity.onPointer((values) => this.#tell(values));
    this.#trades = new TradesOnChart(library);
    if (this.#result) this.#draw(this.#result);
  }

  /** @param {Result | null} result null: none is shown */
  show(result) {
    this.#result = result;
    this.#part.hidden = !result;
    this.#fullCheck.show(result);
    if (!result) {
      this.#table.forget();
      this.#trades?.forget();
      return;
    }
    showTables(result, quoteAssetOf(result.backtest));
    this.#table.show(result, this.#tickSizeOf(result.backtest.symbol));
    setText(byId("result-hash"), result.hash);
    this.#draw(result);
  }

  /** @param {Result} result */
  #draw({ backtest, equity, metrics }) {
    const times = equity.times.map(msOf);
    const held = equity.buy_and_hold ? [{ name: HELD, colour: "muted", times, values: equity.buy_and_hold, width: /** @type {1} */ (1) }] : [];
    const line = { name: EQUITY, colour: "accent", times, values: equity.equity };
    const drawdown = { name: DRAWDOWN, colour: "down", times, values: equity.drawdown.map((fraction) => -100 * Math.abs(fraction)) };
    const decimals = moneyDecimals(quoteAssetOf(backtest));
    this.#equity?.show([...held, line], [drawdown], { isWithinDay: isWithinDay(backtest.interval), decimals });
    this.#trades?.show(backtest, this.#table.trades, this.#tickSizeOf(backtest.symbol));
    byId("equity-chart").setAttribute("aria-label", `Equity and drawdown: ${formatPercent((metrics.total_return ?? NaN) * 100)} in all`);
    this.#tell(null);
  }

  /** @param {Map<string, number> | null} values under the pointer; null: the last */
  #tell(values) {
    if (!this.#result) return;
    const { equity, buy_and_hold: held = [], drawdown } = this.#result.equity;
    const quote = quoteAssetOf(this.#result.backtest);
    const last = new Map([[EQUITY, equity.at(-1) ?? NaN], [HELD, held.at(-1) ?? NaN], [DRAWDOWN, -100 * Math.abs(drawdown.at(-1) ?? NaN)]]);
    const shown = values ?? last;
    const parts = [EQUITY, HELD, DRAWDOWN].map((name) => {
      const value = shown.get(name);
      const words = name === DRAWDOWN ? `${formatNumber(value, 2)}%` : moneyNumber(value, quote);
      return element("span", { "data-line": name.toLowerCase().replaceAll(" ", "-") }, `${name} `, element("b", {}, words));
    });
    this.#legend.replaceChildren(...parts);
  }
}
