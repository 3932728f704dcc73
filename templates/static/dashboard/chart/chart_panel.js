/**
 * The candle chart with its history, its live last candle and its states. The panel's canvas tells them in
 * `data-state` (`loading`, `ready`, `error`, `unavailable`), `data-symbol`, `data-interval`, `data-candles` and, for
 * what is read while scrolling back, `data-older` (`idle`, `loading`, `failed`, `complete`).
 */
import { ChartLibraryError } from "../../shared/chart/chart_library.js";
import { byId } from "../../shared/elements.js";
import { oncePerFrame, setData } from "../../shared/painting.js";
import { HISTORY_LENGTH, MOST_CANDLES_AT_ONCE, RestError, fetchHistory } from "../../shared/market_data/rest.js";
import { CandleChart } from "./candle_chart.js";
import { watchChartKeys } from "../../shared/chart/chart_keys.js";
import { ChartLegend } from "./chart_legend.js";
import { ChartNotice } from "./chart_notice.js";
import { Countdown } from "./display/countdown.js";
import { HistoryReader } from "./history_reader.js";
import { ChartMenus } from "./layouts/chart_menus.js";
import { LiveCandles } from "./live_candles.js";
import { ScrollingBack } from "./scrolling_back.js";

/** @typedef {import("../selection.js").Selection} Selection */
/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */

export class ChartPanel {
  #canvas = byId("chart-canvas");
  #notice = new ChartNotice();
  /** @type {ChartMenus | undefined} those that there are with the chart */
  menus;
  #legend = new ChartLegend();
  /** @type {CandleChart | undefined} */
  #chart;
  #candles = new LiveCandles();
  #back = new ScrollingBack({
    candles: this.#candles,
    read: (end, signal) => fetchHistory(this.#selection.symbol, this.#selection.interval, { end, limit: this.#atOnce, signal }),
    isShown: () => this.#notice.isReady,
    draw: () => this.#drawOlder(),
  });
  /** @type {SymbolInfo | undefined} */
  #info;
  /** @type {Selection} */
  #selection = { symbol: "", interval: "" };
  #history = new HistoryReader(() => this.reload());
  /** @type {number | null} the opening of the candle under the pointer, ms */
  #pointer = null;
  #stale = false;
  #countdown = new Countdown();
  /** Whether a price of the market was told. */
  #isHeard = false;
  /** @type {Candle | undefined} the newest as the screen shows it */
  #told;
  #changed;
  #paintLegend = oncePerFrame(() => this.#tellLegend());

  /** @param {() => void} changed told that there is something to `draw` */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Load the chart library, and then show what was chosen meanwhile. The rest of the page lives without it. */
  async start() {
    this.#load({ keepView: false });
    if (!this.#notice.lack) await this.#createChart();
    this.#load({ keepView: false });
  }

  /** What is drawn on; undefined before `start` is done, and where there is no chart library. */
  get candleChart() {
    return this.#chart;
  }

  /** The newest price that is shown; undefined: none. */
  get price() {
    return (this.#told ?? this.#candles.last)?.close;
  }

  async #createChart() {
    try {
      this.#chart = await CandleChart.create(this.#canvas);
    } catch (error) {
      if (!(error instanceof ChartLibraryError)) throw error;
      console.warn(error);
      this.#notice.lack = `${error.message}.`;
    }
    if (this.#chart) this.#watch(this.#chart);
  }

  /** @param {CandleChart} chart */
  #watch(chart) {
    watchChartKeys(byId("chart"), chart);
    this.#back.attach(chart);
    this.menus = new ChartMenus({ display: (display) => chart.display(display), choose: (choice) => this.#choose(choice) });
    chart.onOtherLines(() => this.#followLines());
    this.#legend.onHeight(chart.pane ?? byId("chart-canvas"), (height) => chart.keepFree(height));
    chart.onPointer((time) => {
      this.#pointer = time;
      this.#paintLegend();
    });
  }

  /** @param {import("../indicators/indicator_choice.js").Chosen[]} choice */
  #choose(choice) {
    this.#drawFresh();
    this.#chart?.indicators.choose(choice);
    this.#followLines();
    this.#back.scrolled();
  }

  #followLines() {
    this.#legend.follow(this.#chart?.lines ?? []);
    this.#paintLegend();
  }

  /** @param {SymbolInfo} info @param {Selection} selection */
  show(info, selection) {
    this.#candles.begin({ interval: selection.interval, isSameMarket: info.symbol === this.#info?.symbol });
    this.#info = info;
    this.#selection = selection;
    this.#told = undefined;
    this.#isHeard = false;
    this.#stale = false;
    this.#countdown.show(undefined, selection.interval);
    this.#legend.clear();
    this.#back.begin(selection.at);
    this.#canvas.setAttribute("aria-label", `Candle chart of ${info.base}/${info.quote}, ${selection.interval}`);
    this.#load({ keepView: false });
  }

  /** Read the newest candles once more, as some may be missing after a break. */
  reload() {
    if (this.#info) this.#load({ keepView: this.#candles.length > 0 });
  }

  /** @param {string} text in place of a chart: there is nothing to show */
  refuse(text) {
    this.#history.stop();
    this.#back.reset();
    this.#info = undefined;
    this.#candles.begin({ interval: "1m", isSameMarket: false }); // nobody is to take the former market's price for this one's
    this.#told = undefined;
    this.#countdown.show(undefined, "1m");
    this.#chart?.show([], { tickSize: 0.01, interval: "1m", keepView: false });
    this.#legend.clear();
    this.#enter("error", text);
  }

  /** @param {import("@tidewire/client/protocol").Kline} kline */
  update(kline) {
    const { symbol, interval } = this.#selection;
    if (!this.#chart || !this.#info || kline.symbol !== symbol || kline.interval !== interval) return;
    if (!kline.repaired) this.#stale = Boolean(kline.stale);
    this.#countdown.hear(kline);
    this.#candles.tell(kline);
  }

  /** @param {import("@tidewire/client/protocol").Trade} trade */
  trade(trade) {
    if (trade.symbol !== this.#info?.symbol) return;
    this.#countdown.hear(trade);
    this.#candles.trade(trade);
  }

  /**
   * Draw what is new: the screen shows it with the browser's next frame.
   *
   * @param {number | undefined} price at which the newest candle ends; undefined: none is known
   * @returns {Candle | undefined} the newest, to be told of with that frame
   */
  draw(price) {
    if (this.#info && this.#chart) this.#candles.endAt(price);
    if (price !== undefined) this.#isHeard = true;
    this.#drawFresh();
    return this.#candles.last;
  }

  /** @param {Candle | undefined} candle the newest that is drawn */
  tell(candle) {
    if (candle === undefined) return;
    this.#told = candle;
    this.#notice.settle();
    setData(this.#canvas, "close", String(candle.close));
    this.#chart?.tell(candle);
    if (this.#isHeard) this.#back.readAhead();
    this.#countdown.show(candle.time, this.#selection.interval);
    this.#tellLegend();
  }

  /** @param {{keepView: boolean}} options */
  #load({ keepView }) {
    this.#history.stop();
    if (this.#notice.lack) this.#enter("unavailable", this.#notice.lack);
    else if (!this.#chart) this.#enter("loading", "Loading the chart…");
    else if (this.#info) this.#loadHistory(keepView);
  }

  /** Indicators that never forget have to have seen candles before those in sight, too. */
  get #atOnce() {
    return Math.min(MOST_CANDLES_AT_ONCE, HISTORY_LENGTH + (this.#chart?.indicators.needed ?? 0));
  }

  /** @param {boolean} keepView */
  async #loadHistory(keepView) {
    this.#candles.wait();
    const limit = keepView ? MOST_CANDLES_AT_ONCE : HISTORY_LENGTH;
    if (!keepView) this.#enter("loading", "Loading the history…");
    try {
      const candles = await this.#history.read(this.#selection, limit);
      if (candles) this.#loaded(candles, keepView);
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      this.#failed(error, keepView);
    }
  }

  /** @param {Candle[]} candles @param {boolean} keepView */
  #loaded(candles, keepView) {
    if (!this.#candles.refresh(candles)) this.#back.reset();
    this.#draw({ keepView });
    this.#back.leaveMoment();
    this.#enter("ready", this.#candles.length ? "" : "There is no history yet.");
    this.#takeEarly();
    this.#back.scrolled();
    this.#back.seek();
  }

  /** Without history the live candles are drawn all the same, and it is asked for again. @param {RestError} error @param {boolean} keepView */
  #failed({ message }, keepView) {
    if (!keepView) {
      this.#draw({ keepView });
      this.#enter("error", `The history is not available: ${message}. Trying again…`);
    }
    this.#takeEarly();
  }

  #takeEarly() {
    this.#candles.go();
    this.#paintLegend();
    this.#changed();
  }

  #drawFresh() {
    this.#back.forgetOldest();
    const { fresh } = this.#candles;
    if (fresh === null) this.#draw({ keepView: true });
    else for (const candle of fresh) this.#chart?.update(candle);
    this.#candles.drawn();
    setData(this.#canvas, "candles", String(this.#candles.length));
  }

  #drawOlder() {
    this.#draw({ keepView: true });
    setData(this.#canvas, "candles", String(this.#candles.length));
  }

  /** @param {{keepView: boolean}} options */
  #draw({ keepView }) {
    if (!this.#info || !this.#chart) return;
    const { tickSize } = this.#info;
    this.#candles.drawn();
    this.#chart.show(this.#candles.all, { tickSize, interval: this.#selection.interval, keepView });
    this.#followLines();
  }

  /** @param {string} state @param {string} text in place of the chart; empty: it is there */
  #enter(state, text) {
    const { symbol, interval } = this.#selection;
    Object.assign(this.#canvas.dataset, { symbol, interval });
    setData(this.#canvas, "candles", String(this.#candles.length));
    this.#notice.enter(state, text);
  }

  #tellLegend() {
    const newest = this.#told ?? this.#candles.last;
    const pointed = this.#pointer === null ? undefined : this.#candles.at(this.#pointer);
    const candle = pointed && pointed.time !== newest?.time ? pointed : newest;
    if (candle && this.#info) this.#legend.show(candle, this.#info.tickSize, { stale: this.#stale });
  }
}
