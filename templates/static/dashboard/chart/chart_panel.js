/**
 * The candle chart with its history, its live last candle and its states. The panel's canvas tells them in
 * `data-state` (`loading`, `ready`, `error`, `unavailable`), `data-symbol`, `data-interval`, `data-candles` and, for
 * what is read while scrolling back, `data-older` (`idle`, `loading`, `failed`, `complete`).
 */
import { ChartLibraryError } from "../../shared/chart/chart_library.js";
import { dispensable } from "../../shared/chart/dispensable_candles.js";
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
import { LinkedMoment } from "./linked_moment.js";
import { LiveCandles } from "./live_candles.js";
import { NewestButton } from "./newest_button.js";
import { OlderCandles } from "./older_candles.js";
import { OlderNote } from "./older_note.js";

/** With fewer candles left before the view the next page is read. */
const CANDLES_AHEAD = 60;

/** @typedef {import("../selection.js").Selection} Selection */
/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {import("../../shared/market_data/rest.js").Symbol} SymbolInfo */

export class ChartPanel {
  #canvas = byId("chart-canvas");
  #notice = new ChartNotice();
  #olderNote = new OlderNote();
  /** @type {ChartMenus | undefined} those that there are with the chart */
  menus;
  /** @type {NewestButton | undefined} */
  #newest;
  #legend = new ChartLegend();
  /** @type {CandleChart | undefined} */
  #chart;
  #candles = new LiveCandles();
  #older = new OlderCandles({
    read: (end, signal) => fetchHistory(this.#selection.symbol, this.#selection.interval, { end, limit: this.#atOnce, signal }),
    add: (page) => this.#prepend(page),
    tell: (state, problem) => this.#tellOlder(state, problem),
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
  /** Whether a price of the market was told, and whether what indicators need is read since. */
  #isHeard = false;
  #readsAhead = false;
  /** @type {Candle | undefined} the newest as the screen shows it */
  #told;
  #moment = new LinkedMoment({
    older: (first) => this.#older.want(first),
    mark: (at) => this.#chart?.markFiring(at),
    miss: (isMissed) => this.#olderNote.miss(isMissed),
  });
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
    this.#newest = new NewestButton(chart);
    this.menus = new ChartMenus({ display: (display) => chart.display(display), choose: (choice) => this.#choose(choice) });
    chart.onOtherLines(() => this.#followLines());
    chart.onScroll(() => this.#scrolled());
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
    this.#scrolled();
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
    this.#isHeard = this.#readsAhead = false;
    this.#stale = false;
    this.#countdown.show(undefined, selection.interval);
    this.#older.reset();
    this.#legend.clear();
    this.#moment.begin(selection.at);
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
    this.#older.reset();
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
    if (this.#isHeard) this.#readAhead();
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
    if (!this.#candles.refresh(candles)) this.#older.reset();
    this.#draw({ keepView });
    if (this.#moment.isLeft()) this.#chart?.scrollToNewest(); // at once: on the way there older candles would be asked for
    this.#enter("ready", this.#candles.length ? "" : "There is no history yet.");
    this.#takeEarly();
    this.#scrolled();
    this.#seek();
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

  /** What indicators need of before those in sight is read once the price is there, for which a reader waits. */
  #readAhead() {
    if (this.#readsAhead) return;
    this.#readsAhead = true;
    this.#scrolled();
  }

  #drawFresh() {
    this.#forgetOldest();
    const { fresh } = this.#candles;
    if (fresh === null) this.#draw({ keepView: true });
    else for (const candle of fresh) this.#chart?.update(candle);
    this.#candles.drawn();
    setData(this.#canvas, "candles", String(this.#candles.length));
  }

  /** They are read again where the reader scrolls back to them; up to the moment that is to be in sight none goes. */
  #forgetOldest() {
    const { length, isWaiting } = this.#candles;
    if (!this.#chart || isWaiting || this.#older.isReading || this.#moment.isSought) return;
    const { needed: neededBefore, neededOfSession: needed } = this.#chart.indicators;
    const count = dispensable({ length, needed, neededBefore }, this.#chart.outOfSight);
    if (!count) return;
    this.#candles.forget(count);
    this.#older.reset();
  }

  #scrolled() {
    if (!this.#chart) return;
    const { before, after } = this.#chart.outOfSight;
    const isReady = this.#notice.isReady && !this.#candles.isWaiting && this.#candles.first;
    const { needed, reachesBack } = this.#chart.indicators;
    const isNear = before < CANDLES_AHEAD + (this.#readsAhead ? needed : 0) || reachesBack;
    if (isReady && isNear) this.#older.want(this.#candles.first.time);
    this.#olderNote.markEdge(before < 1 || this.#moment.isSought);
    this.#newest?.show(after);
  }

  #goOn() {
    this.#scrolled();
    this.#seek();
  }

  #seek() {
    if (!this.#chart || !this.#notice.isReady || this.#candles.isWaiting) return;
    this.#moment.seek(this.#candles.first?.time, { isOldest: this.#older.isComplete });
  }

  /** @param {Candle[]} page */
  #prepend(page) {
    const added = this.#candles.prepend(page);
    if (added) this.#draw({ keepView: true });
    setData(this.#canvas, "candles", String(this.#candles.length));
    return added;
  }

  /** @param {import("./older_candles.js").State} state @param {string} [problem] */
  #tellOlder(state, problem = "") {
    this.#olderNote.tell(state, problem);
    // A page that was drawn moves nothing, so that no scrolling tells whether the next one is wanted.
    if (state === "idle" || state === "complete") requestAnimationFrame(() => this.#goOn());
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
