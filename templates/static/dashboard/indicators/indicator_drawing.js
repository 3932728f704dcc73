/** One chosen indicator on the chart: its lines, on the candles or in a pane of its own, and its values. */
import { axisFormat } from "../../shared/chart/axis_format.js";
import { secondsOf } from "../../shared/chart/chart_time.js";
import { colourOf } from "./indicator_choice.js";
import { IndicatorRun } from "./indicator_run.js";
import { OverlayLine } from "./overlay_line.js";

/** @typedef {import("./indicators.js").Values} Values */
/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {import("lightweight-charts").ISeriesApi<"Line" | "Histogram" | "Custom">} Series */

/** The library's type knows whole widths only; it draws others as well. */
const LINE_WIDTH = /** @type {import("lightweight-charts").LineWidth} */ (/** @type {number} */ (1.5));
const LINE = { lineWidth: LINE_WIDTH, priceLineVisible: false, lastValueVisible: false, crosshairMarkerRadius: 3 };
/** Of the chart's height, where the candles have 4. */
const PANE_SHARE = 1;
/** Parts of the pane, above for its legend. */
const MARGINS = { top: 0.2, bottom: 0.1 };

export class IndicatorDrawing {
  #chart;
  #library;
  #baseOf;
  #run;
  /** @type {Map<string, Series>} by the line's key */
  #series = new Map();
  /** @type {Record<string, string>} */
  #colours = {};
  /** @type {import("lightweight-charts").IPriceLine[]} */
  #levels = [];

  /**
   * @param {import("lightweight-charts").IChartApi} chart
   * @param {typeof import("lightweight-charts")} library
   * @param {import("./indicator_choice.js").Chosen} chosen
   * @param {{interval: string, baseOf: (candle: Candle) => number}} options `baseOf`: from which a scale in per cent is measured
   */
  constructor(chart, library, chosen, { interval, baseOf }) {
    this.#baseOf = baseOf;
    this.#chart = chart;
    this.#library = library;
    this.id = chosen.id;
    this.entry = chosen.entry;
    this.parameters = { ...chosen.parameters };
    this.colours = { ...chosen.colours };
    this.interval = interval;
    this.#run = new IndicatorRun(() => this.entry.make(this.parameters, interval));
    this.#addSeries();
  }

  /** What the legend calls it: `SMA 20`. */
  get name() {
    return [this.entry.name, ...Object.values(this.parameters)].join(" ");
  }

  /** @returns {HTMLElement | null} that of its own pane; null where it has none, or the library has not drawn it yet */
  get pane() {
    return this.entry.ownPane ? this.#first.getPane().getHTMLElement() : null;
  }

  /** @param {Candle[]} candles oldest first */
  show(candles) {
    const values = this.#run.all(candles);
    for (const [key, series] of this.#series) {
      series.setData(candles.map((candle, index) => this.#point(key, candle, values[index])));
    }
  }

  /** @param {Candle} candle the newest */
  update(candle) {
    const values = this.#run.next(candle);
    for (const [key, series] of this.#series) series.update(this.#point(key, candle, values));
  }

  /** @param {number} time a candle's opening, ms; @returns {Values | undefined} */
  at(time) {
    return this.#run.at(time);
  }

  /** @param {import("../../shared/chart/axis_format.js").AxisFormat} format of the price */
  formatAs(format) {
    const { decimals } = this.entry;
    const priceFormat = decimals === undefined ? format : axisFormat(10 ** -decimals);
    for (const series of this.#series.values()) series.applyOptions({ priceFormat });
  }

  /** @param {Record<string, string>} colours by their names in theme.css */
  paint(colours) {
    this.#colours = colours;
    for (const { key, colour } of this.entry.lines) {
      this.#series.get(key)?.applyOptions({ color: colours[colourOf(this, colour)] });
    }
    for (const line of this.#levels) line.applyOptions({ color: colours.muted });
  }

  remove() {
    for (const series of this.#series.values()) this.#chart.removeSeries(series); // the empty pane goes with the last
  }

  get #first() {
    return /** @type {Series} */ (this.#series.values().next().value);
  }

  #addSeries() {
    const pane = this.entry.ownPane ? this.#chart.panes().length : 0;
    for (const line of this.entry.lines) this.#series.set(line.key, this.#addLine(line, pane));
    if (pane) this.#arrange(this.#first.getPane());
    this.#levels = (this.entry.levels ?? []).map((price) => this.#addLevel(price));
  }

  /** A new pane begins with the scale of the prices, which may be logarithmic or in per cent. @param {import("lightweight-charts").IPaneApi<any>} pane */
  #arrange(pane) {
    pane.setStretchFactor(PANE_SHARE);
    pane.priceScale("right").applyOptions({ mode: this.#library.PriceScaleMode.Normal, scaleMargins: MARGINS });
  }

  /** @param {import("./indicator_catalogue.js").Line} line @param {number} pane @returns {Series} */
  #addLine({ kind, dashed: isDashed = false }, pane) {
    const { HistogramSeries, LineSeries, LineStyle, customSeriesDefaultOptions } = this.#library;
    if (!pane) return this.#chart.addCustomSeries(new OverlayLine(customSeriesDefaultOptions), { ...LINE, isDashed }, pane);
    const options = { ...LINE, ...this.#scale(), lineStyle: isDashed ? LineStyle.Dashed : LineStyle.Solid };
    return this.#chart.addSeries(kind === "histogram" ? HistogramSeries : LineSeries, options, pane);
  }

  #scale() {
    const { range } = this.entry;
    return range ? { autoscaleInfoProvider: () => ({ priceRange: { minValue: range[0], maxValue: range[1] } }) } : {};
  }

  /** @param {number} price */
  #addLevel(price) {
    const lineStyle = this.#library.LineStyle.Dotted;
    return this.#first.createPriceLine({ price, lineWidth: 1, lineStyle, axisLabelVisible: false });
  }

  /** @param {string} key of the line @param {Candle} candle @param {Values} values */
  #point(key, candle, values) {
    const { time } = candle;
    const value = values[key];
    if (!this.entry.ownPane) return { time: secondsOf(time), base: this.#baseOf(candle), value };
    if (value === undefined) return { time: secondsOf(time) };
    if (key !== "histogram") return { time: secondsOf(time), value };
    return { time: secondsOf(time), value, color: this.#colours[value < 0 ? "down-volume" : "up-volume"] };
  }
}
