/**
 * The line of a second market over the prices of the chart's, whose candles it is drawn for: the scale measures each from its
 * own first value in sight, in per cent, and has a label where the newest is. To the legend it is one more line with values.
 */
import { decimalsOfStep } from "../../../shared/format.js";
import { secondsOf } from "../../../shared/chart/chart_time.js";

/** @typedef {import("../../../shared/market_data/rest.js").Candle} Candle */
/**
 * @typedef {object} Compared
 * @property {string} name
 * @property {number} tickSize
 * @property {(time: number) => number | undefined} closeAt of the candle that opens at that time, ms
 * @property {() => number | undefined} priceNow the last one, which the newest candle tells; undefined: none is known
 */

const LINE_WIDTH = 2;
const COLOUR = "text";
const ON_COLOUR = "panel";

export class ComparedLine {
  #chart;
  #library;
  /** @type {import("lightweight-charts").ISeriesApi<"Line"> | undefined} */
  #series;
  /** @type {Candle[]} */
  #candles = [];
  /** That of the newest point that is drawn, ms. */
  #drawnUntil = NaN;
  /** @type {Compared | undefined} */
  #compared;
  /** @type {import("lightweight-charts").IPriceLine | undefined} which has the label, and is no line */
  #label;
  #colour = "";
  #onColour = "";
  /** @type {(time: number) => void} */
  #reached = () => undefined;
  pane = null;
  /** @type {Record<string, string>} as the catalogue of indicators would have them: its own */
  colours = {};
  name = "";
  entry = { key: "compared", ownPane: false, decimals: 2, lines: [{ key: "value", colour: COLOUR }] };

  /** @param {import("lightweight-charts").IChartApi} chart @param {typeof import("lightweight-charts")} library */
  constructor(chart, library) {
    this.#chart = chart;
    this.#library = library;
  }

  /** @returns {ComparedLine[]} itself, where it is drawn */
  get drawn() {
    return this.#series ? [this] : [];
  }

  /** @param {(time: number) => void} handler told how far back closes are wanted, ms */
  onReach(handler) {
    this.#reached = handler;
  }

  /** @param {Compared} compared */
  start(compared) {
    this.stop();
    this.#compared = compared;
    this.name = compared.name;
    this.entry = { ...this.entry, decimals: decimalsOfStep(compared.tickSize) };
    const looks = { color: this.#colour, lineWidth: LINE_WIDTH, priceLineVisible: false, lastValueVisible: false };
    this.#series = this.#chart.addSeries(this.#library.LineSeries, /** @type {object} */ (looks));
    this.show(this.#candles);
  }

  stop() {
    if (this.#series) this.#chart.removeSeries(this.#series);
    this.#series = this.#label = this.#compared = undefined;
  }

  /** @param {Candle[]} candles of the chart, oldest first; the very array that the newest candle is kept in */
  show(candles) {
    this.#candles = candles;
    this.#series?.setData(candles.map(({ time }) => this.#point(time)));
    this.#drawnUntil = candles.at(-1)?.time ?? NaN;
    this.#tellNewest();
    if (this.#series && candles.length) this.#reached(candles[0].time);
  }

  /**
   * Draw up to a candle, and again that which was the newest: it told the price until now, and tells its close. One before
   * those that are drawn is drawn already: the chart draws its candles with the next frame, the line may be ahead of it.
   *
   * @param {{time: number}} candle
   */
  update({ time }) {
    if (time < this.#drawnUntil) return;
    const from = this.#candles.findLastIndex((each) => each.time <= this.#drawnUntil);
    const drawn = this.#candles.slice(Math.max(0, from)).filter((each) => each.time <= time);
    for (const each of drawn) this.#series?.update(this.#point(each.time));
    this.#drawnUntil = time;
    this.#tellNewest();
  }

  /** The price is another than before. */
  moved() {
    const newest = this.#candles.at(-1);
    if (newest) this.update(newest);
  }

  /** One close is another than before. @param {number} time of its candle, ms */
  changed(time) {
    const newest = this.#candles.at(-1)?.time ?? NaN;
    if (time === newest) this.update({ time });
    else if (time < newest) this.show(this.#candles);
  }

  /** @param {number} time a candle's opening, ms */
  at(time) {
    return { value: this.#valueAt(time) };
  }

  /** @param {Record<string, string>} colours by their names in theme.css */
  paint(colours) {
    this.#colour = colours[COLOUR];
    this.#onColour = colours[ON_COLOUR];
    this.#series?.applyOptions({ color: this.#colour });
    this.#tellNewest();
  }

  /** The library's own label would tell the newest in sight. */
  #tellNewest() {
    const price = this.#valueAt(this.#candles.at(-1)?.time ?? NaN);
    if (!this.#series || price === undefined) return;
    const colours = { color: this.#colour, axisLabelColor: this.#colour, axisLabelTextColor: this.#onColour };
    const options = { price, ...colours, lineVisible: false, axisLabelVisible: true, title: "" };
    if (this.#label) this.#label.applyOptions(options);
    else this.#label = this.#series.createPriceLine(options);
  }

  /** @param {number} time of a candle's opening, ms */
  #valueAt(time) {
    const now = time === this.#candles.at(-1)?.time ? this.#compared?.priceNow() : undefined;
    return now ?? this.#compared?.closeAt(time);
  }

  /** @param {number} time ms */
  #point(time) {
    const value = this.#valueAt(time);
    return value === undefined ? { time: secondsOf(time) } : { time: secondsOf(time), value };
  }
}
