/** The prices on the chart, as candles, bars, a line, an area or Heikin-Ashi candles, whichever is chosen. */
import { barOf, candleLooks } from "../../../shared/chart/chart_library.js";
import { secondsOf } from "../../../shared/chart/chart_time.js";
import { HeikinAshi } from "./heikin_ashi.js";

/** @typedef {import("../../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {import("./display_choice.js").ChartType} ChartType */
/** @typedef {import("lightweight-charts").ISeriesApi<"Candlestick" | "Bar" | "Line" | "Area">} Series */
/** @typedef {{all: (candles: Candle[]) => Candle[], next: (candle: Candle) => Candle, closeOf: (candle: Candle) => number}} Course what is drawn of candles */

/** The library's label tells the newest candle in sight, which isn't the newest where the reader has scrolled back. */
const WITHOUT_PRICE = { lastValueVisible: false, priceLineVisible: false };
const LINE_WIDTH = 2;
/** Of the colour of an area at its line, and at the chart's lower edge. */
const AREA_OPACITY = { top: 0.28, bottom: 0.02 };

/** @type {Course} */
const AS_THEY_ARE = { all: (candles) => candles, next: (candle) => candle, closeOf: ({ close }) => close };

/**
 * @type {Record<ChartType, {series: "CandlestickSeries" | "BarSeries" | "LineSeries" | "AreaSeries", course: () => Course,
 *   point: (candle: Candle) => any, looks: (colours: Record<string, string>) => object}>}
 */
const TYPES = {
  candles: { series: "CandlestickSeries", course: () => AS_THEY_ARE, point: barOf, looks: candleLooks },
  bars: { series: "BarSeries", course: () => AS_THEY_ARE, point: barOf, looks: barLooks },
  line: { series: "LineSeries", course: () => AS_THEY_ARE, point: closePoint, looks: lineLooks },
  area: { series: "AreaSeries", course: () => AS_THEY_ARE, point: closePoint, looks: areaLooks },
  "heikin-ashi": { series: "CandlestickSeries", course: () => new HeikinAshi(), point: barOf, looks: candleLooks },
};

export class PriceSeries {
  #chart;
  #library;
  /** @type {ChartType} */
  #type = "candles";
  #course = AS_THEY_ARE;
  /** @type {Record<string, string>} */
  #colours = {};
  /** @type {import("../../../shared/chart/axis_format.js").AxisFormat | undefined} */
  #format;

  /** @param {import("lightweight-charts").IChartApi} chart @param {typeof import("lightweight-charts")} library */
  constructor(chart, library) {
    this.#chart = chart;
    this.#library = library;
    this.series = this.#added();
  }

  /**
   * Be of another type: `series` is a new one then, which has to be shown its candles.
   *
   * @param {ChartType} type
   * @returns {boolean} whether it was of another
   */
  choose(type) {
    if (type === this.#type) return false;
    this.#type = type;
    this.#course = TYPES[type].course();
    const former = this.series;
    this.series = this.#added();
    this.#chart.removeSeries(former);
    this.series.setSeriesOrder(0); // behind volumes and indicators, as at the beginning
    return true;
  }

  /** @param {Candle[]} candles oldest first @param {import("../../../shared/chart/axis_format.js").AxisFormat} format of prices */
  show(candles, format) {
    this.#format = format;
    this.series.applyOptions({ priceFormat: format });
    this.series.setData(this.#course.all(candles).map(TYPES[this.#type].point));
  }

  /** @param {Candle} candle the newest */
  update(candle) {
    this.series.update(TYPES[this.#type].point(this.#course.next(candle)));
  }

  /** @param {Candle} candle @returns {number} at which it is drawn to end: a scale in per cent is measured from the first in sight */
  closeOf(candle) {
    return this.#course.closeOf(candle);
  }

  /** @param {Record<string, string>} colours by their names in theme.css */
  paint(colours) {
    this.#colours = colours;
    this.series.applyOptions(TYPES[this.#type].looks(colours));
  }

  /** @returns {Series} */
  #added() {
    const { series, looks } = TYPES[this.#type];
    const format = this.#format && { priceFormat: this.#format };
    const options = { ...looks(this.#colours), ...WITHOUT_PRICE, ...format };
    const definition = /** @type {import("lightweight-charts").SeriesDefinition<"Candlestick">} */ (this.#library[series]);
    return this.#chart.addSeries(definition, options);
  }
}

/** @param {Candle} candle */
function closePoint({ time, close }) {
  return { time: secondsOf(time), value: close };
}

/** @param {Record<string, string>} colours */
function barLooks({ up, down }) {
  return { upColor: up, downColor: down };
}

/** @param {Record<string, string>} colours */
function lineLooks({ accent }) {
  return { color: accent, lineWidth: LINE_WIDTH };
}

/** @param {Record<string, string>} colours */
function areaLooks({ accent }) {
  const { top, bottom } = AREA_OPACITY;
  return { lineColor: accent, lineWidth: LINE_WIDTH, topColor: faded(accent, top), bottomColor: faded(accent, bottom) };
}

/** @param {string | undefined} colour as `rgb(…)`; undefined before the first painting @param {number} opacity 0 to 1 */
function faded(colour, opacity) {
  return colour?.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);
}
