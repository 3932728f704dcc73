/** Candles and volumes drawn by lightweight-charts, in the page's colours. */
import { ChartIndicators } from "../indicators/chart_indicators.js";
import { isWithinDay, longestOf } from "../../shared/market_data/intervals.js";
import { axisFormat } from "../../shared/chart/axis_format.js";
import { ChartLevels } from "../../shared/chart/chart_levels.js";
import { chartLooks, loadChartLibrary, newChart } from "../../shared/chart/chart_library.js";
import { candleAt } from "../../shared/chart/candle_at.js";
import { secondsOf } from "../../shared/chart/chart_time.js";
import { outOfSight } from "../../shared/chart/out_of_sight.js";
import { onThemeChange, paletteOf } from "../../shared/chart/palette.js";
import { ChartView } from "./chart_view.js";
import { ComparedLine } from "./compare/compared_line.js";
import { PriceSeries } from "./display/price_series.js";
import { DrawingLayer } from "./drawings/drawing_layer.js";
import { FiringMark } from "./firing_mark.js";
import { decimalsOfStep, formatPercent } from "../../shared/format.js";
import { LivePrice } from "./live_price.js";

/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */

/** Of the chart's height, where each pane of an indicator has 1. */
const CANDLES_SHARE = 4;
/** Of the height of the candles' pane, which stays free above them and below; the volumes stand there. */
const LEAST_ABOVE = 0.1;
const MOST_ABOVE = 0.4;
const BELOW = 0.22;
const BELOW_LEGEND = 8; // px
const RIGHT_OF_FIRING = 0.4; // of the view
const COLOURS = [
  ...["text", "muted", "panel", "line", "up", "down", "up-volume", "down-volume", "label"],
  ...["line-1", "line-2", "line-3", "line-4", "line-5", "line-6", "line-7", "accent", "on-accent", "warning"],
];

export class CandleChart {
  #library;
  #chart;
  #prices;
  #volumes;
  #priceLevels;
  #firing;
  #price;
  #view;
  /** @type {Record<string, string>} */
  #colours = {};
  /** @type {{candles: Candle[], tickSize: number, interval: string}} */
  #shown = { candles: [], tickSize: 0.01, interval: "1m" };
  /** @type {import("./display/display_choice.js").Scale} */
  #scale = "linear";
  #above = LEAST_ABOVE;
  /** @type {() => void} */
  #redrawn = () => undefined;

  /**
   * @param {HTMLElement} container which the chart fills, whatever its size
   * @throws {import("../../shared/chart/chart_library.js").ChartLibraryError}
   */
  static async create(container) {
    return new CandleChart(container, await loadChartLibrary());
  }

  /**
   * @param {HTMLElement} container
   * @param {typeof import("lightweight-charts")} library
   */
  constructor(container, library) {
    this.#library = library;
    this.#chart = newChart(container, library);
    this.#prices = new PriceSeries(this.#chart, library);
    this.#volumes = this.#chart.addSeries(library.HistogramSeries, {
      priceFormat: { type: "volume" },
      ...{ priceScaleId: "volume", lastValueVisible: false, priceLineVisible: false },
    });
    this.#chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.#chart.priceScale("right").applyOptions({ scaleMargins: { top: LEAST_ABOVE, bottom: BELOW } });
    this.#chart.applyOptions({ localization: { percentageFormatter: formatPercent } });
    this.#chart.panes()[0].setStretchFactor(CANDLES_SHARE);
    this.indicators = new ChartIndicators(this.#chart, library, (candle) => this.#prices.closeOf(candle));
    this.compared = new ComparedLine(this.#chart, library);
    const newLevels = () => new ChartLevels(this.#chart, this.#prices.series, library);
    this.levels = newLevels();
    this.orderLevels = newLevels();
    this.#firing = new FiringMark(library, this.#prices.series);
    this.drawings = new DrawingLayer(this.#chart, this.#prices.series);
    this.#priceLevels = newLevels();
    this.#price = new LivePrice(this.#priceLevels);
    this.#view = new ChartView(this.#chart, () => this.#shown.candles.length);
    this.#paint();
    onThemeChange(() => this.#repaint());
  }

  /** @param {import("./display/display_choice.js").Display} display */
  display({ type, scale }) {
    if (this.#prices.choose(type)) this.#showPrices();
    this.#scale = scale;
    this.#measure();
  }

  /** @param {import("./compare/compared_line.js").Compared | undefined} compared a second market, in per cent; undefined: none */
  compare(compared) {
    if (compared) this.compared.start(compared);
    else this.compared.stop();
    this.#measure();
    this.#redrawn();
  }

  /** Two markets have in common only how much they have moved. */
  #measure() {
    const { Normal, Logarithmic, Percentage } = this.#library.PriceScaleMode;
    const scale = this.compared.drawn.length ? "percent" : this.#scale;
    const mode = { linear: Normal, logarithmic: Logarithmic, percent: Percentage }[scale];
    this.#chart.priceScale("right").applyOptions({ mode, autoScale: true });
  }

  /** @returns {import("./chart_legend.js").LegendLine[]} the lines that are drawn, with their values */
  get lines() {
    return [...this.compared.drawn, ...this.indicators.drawn];
  }

  /** @param {() => void} handler told that there are other lines */
  onOtherLines(handler) {
    this.#redrawn = handler;
  }

  /** @param {number} bars to the future, or to the past where it is less than none */
  scroll(bars) {
    this.#view.scroll(bars);
  }

  /** A scale that was dragged away follows the prices again. */
  scrollToNewest() {
    this.#view.scrollToNewest();
    this.#chart.priceScale("right").applyOptions({ autoScale: true });
  }

  /** @param {(isBeyond: boolean) => void} told whenever the live price has gone above or below what is in sight, or has come back */
  onPriceBeyond(told) {
    this.#price.onBeyond(told);
  }

  /** The pane of the candles, which gives room to those of indicators. */
  get pane() {
    return this.#chart.panes()[0].getHTMLElement();
  }

  /** @param {number} height px of the legend, below which the candles begin */
  keepFree(height) {
    const pane = this.#chart.panes()[0].getHeight();
    if (!pane) return;
    const top = Math.min(MOST_ABOVE, Math.max(LEAST_ABOVE, (height + BELOW_LEGEND) / pane));
    if (Math.abs(top - this.#above) * pane < 1) return;
    this.#above = top;
    this.#chart.priceScale("right").applyOptions({ scaleMargins: { top, bottom: BELOW } });
  }

  /**
   * Scroll to the candle of a moment, and mark that an alert has fired then.
   *
   * @param {number | null} time ms; null: nothing is marked any more
   */
  markFiring(time) {
    const { candles } = this.#shown;
    const candle = time === null ? undefined : candleAt(candles, time);
    this.#firing.show(candle && time !== null ? { time, candle: candle.time } : null);
    if (candle) this.#view.scrollToCandle(candles.indexOf(candle), RIGHT_OF_FIRING);
  }

  /** @param {number} factor by which the candles grow wider, or narrower where it is less than 1 */
  zoom(factor) {
    this.#view.zoom(factor);
  }

  /** @param {(time: number | null) => void} handler the opening of the candle under the pointer, ms, or null */
  onPointer(handler) {
    this.#chart.subscribeCrosshairMove(({ time }) => handler(time === undefined ? null : Number(time) * 1000));
  }

  /** @param {(place: {x: number, y: number}) => void} handler told of clicks on the candles, px from the chart's upper left corner */
  onClick(handler) {
    this.#chart.subscribeClick(({ point, paneIndex }) => point && !paneIndex && handler(point));
  }

  /** @param {(place: {x: number, y: number} | null) => void} handler told where on the candles the pointer is; null: it is elsewhere */
  onHover(handler) {
    this.#chart.subscribeCrosshairMove(({ point, paneIndex }) => handler(point && !paneIndex ? point : null));
  }

  /** @param {() => void} handler told that others may be in sight */
  onScroll(handler) {
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange(handler);
  }

  get outOfSight() {
    return outOfSight(this.#chart, this.#shown.candles.length);
  }

  /**
   * @param {Candle[]} candles oldest first, in an array that later ones are put into; the view stays at its distance
   *   from the last
   * @param {{tickSize: number, interval: string, keepView: boolean}} options
   */
  show(candles, { tickSize, interval, keepView }) {
    this.#shown = { candles, tickSize, interval };
    const format = axisFormat(tickSize);
    this.#chart.timeScale().applyOptions({ timeVisible: isWithinDay(interval), secondsVisible: interval === "1s" });
    this.#prices.show(candles, format);
    this.#volumes.setData(candles.map((candle) => this.#volume(candle)));
    this.drawings.measure(candles, { length: longestOf(interval), decimals: decimalsOfStep(tickSize) });
    this.indicators.show(candles, { interval, format });
    this.compared.show(candles);
    this.#price.show(candles.at(-1), tickSize);
    if (keepView) return;
    this.#chart.priceScale("right").applyOptions({ autoScale: true });
    this.#view.begin();
  }

  /** @param {Candle} candle the newest */
  update(candle) {
    this.#prices.update(candle);
    this.#volumes.update(this.#volume(candle));
    this.indicators.update(candle);
    this.compared.update(candle);
    this.#price.show(candle, this.#shown.tickSize);
  }

  /** @param {Candle} candle the newest that is drawn, of which all of the page tells now */
  tell(candle) {
    this.#price.tell(candle);
  }

  /** Of another type, they are drawn by another series. */
  #showPrices() {
    const { candles, tickSize } = this.#shown;
    this.#prices.show(candles, axisFormat(tickSize));
    for (const levels of [this.levels, this.orderLevels, this.#priceLevels]) levels.moveTo(this.#prices.series);
    this.drawings.moveTo(this.#prices.series);
    this.#firing.moveTo(this.#prices.series);
    this.indicators.redraw();
  }

  /** @param {Candle} candle */
  #volume(candle) {
    const { time, open, close, volume } = candle;
    return { time: secondsOf(time), value: volume, color: this.#colours[close < open ? "down-volume" : "up-volume"] };
  }

  /** The bars of a histogram have their colours each, and are all set anew. */
  #repaint() {
    const { candles, ...options } = this.#shown;
    this.#paint();
    this.show(candles, { ...options, keepView: true });
  }

  #paint() {
    this.#colours = paletteOf(COLOURS);
    this.#chart.applyOptions(chartLooks(this.#library));
    this.#prices.paint(this.#colours);
    this.indicators.paint(this.#colours);
    this.compared.paint(this.#colours);
    this.levels.paint(this.#colours);
    this.orderLevels.paint(this.#colours);
    this.drawings.paint(this.#colours);
    this.#firing.paint();
    this.#priceLevels.paint(this.#colours);
  }
}
