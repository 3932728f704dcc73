/** Candles with lines, which the scale of prices has in sight, and with fills and signals as marks. */
import { axisFormat } from "../axis_format.js";
import { candleAt } from "../candle_at.js";
import { barOf, candleLooks, chartLooks, newChart } from "../chart_library.js";
import { ChartLevels } from "../chart_levels.js";
import { outOfSight } from "../out_of_sight.js";
import { onThemeChange, paletteOf } from "../palette.js";
import { isWithinDay } from "../../market_data/intervals.js";
import { fillMarks, signalMarks } from "./chart_marks.js";
import { withLinesInSight } from "./sight.js";

/** @typedef {import("../../market_data/rest.js").Candle} Candle */
/** @typedef {import("../chart_levels.js").DrawnLevel} DrawnLevel */

const COLOURS = ["up", "down", "accent", "muted", "on-accent", "warning"];
const BAR_SPACING = 7;
const NARROWEST_BAR = 0.5;
const WIDEST_BAR = 60;
const FREE_BARS_AT_THE_RIGHT = 4;

export class MarketChart {
  #chart;
  #library;
  #candles;
  #levels;
  #marks;
  /** @type {Candle[]} */
  #shown = [];
  /** @type {DrawnLevel[]} */
  #lines = [];
  /** @type {import("../../../../types/instances.js").InstanceFill[]} */
  #fills = [];
  /** @type {import("../../../../types/instances.js").Signal[]} */
  #signals = [];

  /** @param {HTMLElement} container @param {typeof import("lightweight-charts")} library */
  constructor(container, library) {
    this.#library = library;
    this.#chart = newChart(container, library);
    this.#candles = this.#chart.addSeries(library.CandlestickSeries, {
      autoscaleInfoProvider: (/** @type {() => import("lightweight-charts").AutoscaleInfo | null} */ own) => {
        return withLinesInSight(own(), this.#lines.map(({ price }) => price));
      },
    });
    this.#chart.applyOptions({ handleScroll: { vertTouchDrag: false }, timeScale: { minBarSpacing: NARROWEST_BAR } });
    this.#levels = new ChartLevels(this.#chart, this.#candles, library);
    this.#marks = library.createSeriesMarkers(this.#candles, []);
    this.#paint();
    onThemeChange(() => this.#paint());
  }

  get outOfSight() {
    return outOfSight(this.#chart, this.#shown.length);
  }

  /**
   * @param {Candle[]} candles oldest first, in an array that later ones are put into
   * @param {{tickSize: number | string | undefined, interval: string, keepView: boolean}} options
   */
  show(candles, { tickSize, interval, keepView }) {
    this.#shown = candles;
    this.#candles.applyOptions({ priceFormat: axisFormat(tickSize) });
    const scale = this.#chart.timeScale();
    scale.applyOptions({ timeVisible: isWithinDay(interval), secondsVisible: interval === "1s" });
    this.#candles.setData(candles.map(barOf));
    this.#mark();
    if (keepView) return;
    this.#chart.priceScale("right").applyOptions({ autoScale: true });
    scale.applyOptions({ barSpacing: BAR_SPACING, rightOffset: FREE_BARS_AT_THE_RIGHT });
    scale.scrollToRealTime();
  }

  /** @param {Candle} candle the newest */
  update(candle) {
    this.#candles.update(barOf(candle));
  }

  /** @param {DrawnLevel[]} lines those, and no others */
  showLines(lines) {
    this.#lines = lines;
    this.#levels.show(lines);
    this.#candles.applyOptions({}); // so that the scale looks at them at once
  }

  /** @param {import("../../../../types/instances.js").InstanceFill[]} fills oldest first */
  showFills(fills) {
    this.#fills = fills;
    this.#mark();
  }

  /** @param {import("../../../../types/instances.js").Signal[]} signals */
  showSignals(signals) {
    this.#signals = signals;
    this.#mark();
  }

  /** @param {number} bars to the future, or to the past where it is less than none */
  scroll(bars) {
    const scale = this.#chart.timeScale();
    scale.scrollToPosition(scale.scrollPosition() + bars, false);
  }

  /** @param {number} factor by which the candles grow wider */
  zoom(factor) {
    const scale = this.#chart.timeScale();
    scale.applyOptions({ barSpacing: Math.min(WIDEST_BAR, Math.max(NARROWEST_BAR, scale.options().barSpacing * factor)) });
  }

  scrollToNewest() {
    this.#chart.timeScale().scrollToPosition(FREE_BARS_AT_THE_RIGHT, false);
  }

  #mark() {
    const times = (/** @type {number} */ time) => candleAt(this.#shown, time)?.time;
    const colours = paletteOf(COLOURS);
    const marks = [...signalMarks(this.#signals, times, colours), ...fillMarks(this.#fills, times, colours)];
    this.#marks.setMarkers(marks.sort((one, other) => Number(one.time) - Number(other.time)));
  }

  #paint() {
    const colours = paletteOf(COLOURS);
    this.#chart.applyOptions(chartLooks(this.#library));
    this.#candles.applyOptions(candleLooks(colours));
    this.#levels.paint(colours);
    this.#mark();
  }
}
