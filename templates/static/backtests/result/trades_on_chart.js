/** The chart of a run's candles and trades: it reads the candles that it needs, and shows a chosen trade. */
import { watchChartKeys } from "../../shared/chart/chart_keys.js";
import { byId } from "../../shared/elements.js";
import { formatPercent } from "../../shared/format.js";
import { longestOf } from "../../shared/market_data/intervals.js";
import { fetchHistory } from "../../shared/market_data/rest.js";
import { setData, setText } from "../../shared/painting.js";
import { Turns } from "../../shared/turns.js";
import { TradeChart } from "../charts/trade_chart.js";
import { momentText, msOf } from "../../shared/moments.js";
import { CandleWindow } from "./candle_window.js";

/** @typedef {import("../../../types/backtests.js").Backtest} Backtest */
/** @typedef {import("../../../types/backtests.js").Trade} Trade */

/** With fewer candles beside the view, the next page is read. */
const CANDLES_AHEAD = 100;

export class TradesOnChart {
  #panel = byId("trades-chart");
  #said = byId("trades-chart-said");
  #chart;
  #window;
  #market = { symbol: "", interval: "1m" };
  /** @type {number | string | undefined} */
  #tickSize;
  /** @type {Trade[]} */
  #trades = [];
  #isMoving = false;
  /** What was chosen of another run, or before another one, isn't shown once its candles are there. */
  #turns = new Turns();

  /** @param {typeof import("lightweight-charts")} library */
  constructor(library) {
    this.#chart = new TradeChart(byId("trades-canvas"), library);
    this.#window = new CandleWindow({
      read: (end, limit, signal) => fetchHistory(this.#market.symbol, this.#market.interval, { end, limit, signal }),
      changed: (isGrown) => this.#draw(isGrown),
      failed: (message) => setText(this.#said, `The candles could not be read: ${message}.`),
    });
    this.#chart.onScroll(({ before, after }) => {
      if (this.#isMoving) return;
      if (before < CANDLES_AHEAD) this.#window.grow();
      else if (after < CANDLES_AHEAD) this.#window.growLater();
    });
    watchChartKeys(this.#panel, this.#chart);
  }

  /** @param {Backtest} backtest @param {Trade[]} trades @param {number | string | undefined} tickSize */
  async show({ symbol, interval, start, end }, trades, tickSize) {
    this.#begin();
    this.#market = { symbol, interval };
    this.#tickSize = tickSize;
    this.#trades = trades;
    setText(this.#said, "Reading the candles…");
    this.#chart.choose(null);
    await this.#window.open({ start: msOf(start), end: msOf(end), interval });
  }

  /** @param {Trade} trade which is brought into view @param {Trade[]} trades all that are known by now */
  async choose(trade, trades) {
    const isMeant = this.#begin();
    this.#trades = trades;
    this.#isMoving = true;
    await this.#window.reach(msOf(trade.opened));
    if (!isMeant()) return;
    this.#chart.showTrades(this.#trades);
    this.#chart.choose(trade);
    setData(this.#panel, "trade", String(trade.number));
    setText(this.#said, `Trade ${trade.number}: ${momentText(trade.opened)}, ${formatPercent(trade.profit_percent)}`);
    requestAnimationFrame(() => requestAnimationFrame(() => (this.#isMoving = false)));
    this.#panel.scrollIntoView({ block: "nearest" });
  }

  /** Whoever comes sees nothing of it. */
  forget() {
    this.#begin();
    this.#window.close();
    this.#trades = [];
    this.#chart.choose(null);
    this.#draw(false);
  }

  #begin() {
    this.#isMoving = false;
    return this.#turns.begin();
  }

  /** @param {boolean} isGrown whether the reader's view is to stay */
  #draw(isGrown) {
    const { candles } = this.#window;
    this.#chart.show(candles, { tickSize: this.#tickSize, interval: this.#market.interval, keepView: isGrown });
    this.#chart.showTrades(this.#trades);
    setData(this.#panel, "candles", String(candles.length));
    if (!isGrown) setText(this.#said, this.#extentText());
  }

  #extentText() {
    const [first, last] = [this.#window.candles[0], this.#window.candles.at(-1)];
    if (!first || !last) return "";
    return `${momentText(first.time)} to ${momentText(last.time + longestOf(this.#market.interval))}`;
  }
}
