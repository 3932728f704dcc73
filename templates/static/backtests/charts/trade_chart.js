/** The candles of a run with its trades as marks; the chosen trade is a line from its entry to its exit, too. */
import { axisFormat } from "../../shared/chart/axis_format.js";
import { candleAt } from "../../shared/chart/candle_at.js";
import { barOf, candleLooks, chartLooks, newChart } from "../../shared/chart/chart_library.js";
import { secondsOf } from "../../shared/chart/chart_time.js";
import { onThemeChange, paletteOf } from "../../shared/chart/palette.js";
import { isWithinDay } from "../../shared/market_data/intervals.js";
import { Fitting } from "../../shared/chart/fitting.js";
import { marksOf, pathOf } from "../result/trade_marks.js";

/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {import("../../../types/backtests.js").Trade} Trade */

const COLOURS = ["up", "down", "accent", "muted", "text"];
const BARS_AROUND = 40;
const NARROWEST_BAR = 0.1;
const WIDEST_BAR = 60;

export class TradeChart {
  #library;
  #chart;
  #candles;
  #path;
  #marks;
  /** @type {Candle[]} */
  #shown = [];
  /** @type {Trade[]} */
  #trades = [];
  /** @type {Trade | null} */
  #chosen = null;
  #fitting;

  /** @param {HTMLElement} container @param {typeof import("lightweight-charts")} library */
  constructor(container, library) {
    this.#library = library;
    this.#chart = newChart(container, library);
    this.#candles = this.#chart.addSeries(library.CandlestickSeries, { priceLineVisible: false });
    this.#path = this.#chart.addSeries(library.LineSeries, {
      ...{ priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false },
      autoscaleInfoProvider: () => null, // the candles decide what is in sight
    });
    this.#chart.applyOptions({ handleScroll: { vertTouchDrag: false }, timeScale: { minBarSpacing: NARROWEST_BAR } });
    this.#fitting = new Fitting(this.#chart);
    this.#marks = library.createSeriesMarkers(this.#candles, []);
    this.#paint();
    onThemeChange(() => this.#paint());
  }

  /** @param {(range: {before: number, after: number}) => void} handler how many candles are left and right of the view */
  onScroll(handler) {
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range) handler({ before: range.from, after: this.#shown.length - 1 - range.to });
    });
  }

  /**
   * @param {Candle[]} candles oldest first
   * @param {{tickSize: number | string | undefined, interval: string, keepView: boolean}} options
   */
  show(candles, { tickSize, interval, keepView }) {
    const scale = this.#chart.timeScale();
    const view = keepView ? scale.getVisibleRange() : null;
    this.#shown = candles;
    this.#candles.applyOptions({ priceFormat: axisFormat(tickSize) });
    scale.applyOptions({ timeVisible: isWithinDay(interval), secondsVisible: interval === "1s" });
    this.#candles.setData(candles.map(barOf));
    this.#mark();
    if (view) scale.setVisibleRange(view);
    else this.#fitting.begin();
  }

  /** @param {Trade[]} trades */
  showTrades(trades) {
    this.#trades = trades;
    this.#mark();
  }

  /** @param {Trade | null} trade whose candles are there; it is brought to the middle */
  choose(trade) {
    this.#chosen = trade;
    this.#fitting.giveUp();
    this.#mark();
    if (!trade) return;
    const places = pathOf(trade).map(({ time }) => this.#shown.findIndex((each) => each === candleAt(this.#shown, time)));
    const known = places.filter((place) => place >= 0);
    if (!known.length) return;
    const around = Math.max(BARS_AROUND, (Math.max(...known) - Math.min(...known)) / 2);
    this.#chart.timeScale().setVisibleLogicalRange({ from: Math.min(...known) - around, to: Math.max(...known) + around });
  }

  /** @param {number} bars to the future, or to the past where it is less than none */
  scroll(bars) {
    const scale = this.#chart.timeScale();
    scale.scrollToPosition(scale.scrollPosition() + bars, false);
  }

  /** @param {number} factor by which the candles grow wider */
  zoom(factor) {
    const scale = this.#chart.timeScale();
    const barSpacing = Math.min(WIDEST_BAR, Math.max(NARROWEST_BAR, scale.options().barSpacing * factor));
    scale.applyOptions({ barSpacing });
  }

  scrollToNewest() {
    this.#chart.timeScale().scrollToPosition(0, false);
  }

  #mark() {
    this.#marks.setMarkers(marksOf(this.#trades, this.#shown, paletteOf(COLOURS), this.#chosen?.number ?? null));
    const path = this.#chosen ? pathOf(this.#chosen) : [];
    const points = path.map(({ time, price }) => ({ time: candleAt(this.#shown, time)?.time, value: price }));
    const known = points.filter(({ time }, index) => time !== undefined && time !== points[index + 1]?.time);
    this.#path.setData(known.map(({ time, value }) => ({ time: secondsOf(Number(time)), value })));
  }

  #paint() {
    const colours = paletteOf(COLOURS);
    this.#chart.applyOptions({ ...chartLooks(this.#library) });
    this.#candles.applyOptions(candleLooks(colours));
    this.#path.applyOptions({ color: colours.accent, lineWidth: 2, lineStyle: this.#library.LineStyle.Dashed });
    this.#mark();
  }
}
