/** All chosen indicators of the chart: adds and removes their drawings as the reader's choice changes. */
import { axisFormat } from "../../shared/chart/axis_format.js";
import { candlesNeeded } from "./candles_needed.js";
import { IndicatorDrawing } from "./indicator_drawing.js";
import { sessionOf } from "./vwap_sessions.js";

/** @typedef {import("../../shared/market_data/rest.js").Candle} Candle */
/** @typedef {import("./indicator_choice.js").Chosen} Chosen */

/** So far back the beginning of a session is looked for: a day of minutes and an hour of seconds are nearer. */
const MOST_CANDLES = 4_000;

export class ChartIndicators {
  #chart;
  #library;
  #baseOf;
  /** @type {IndicatorDrawing[]} */
  #drawings = [];
  /** @type {Chosen[]} */
  #choice = [];
  /** @type {Candle[]} */
  #candles = [];
  #interval = "1m";
  #format = axisFormat(undefined);
  /** @type {Record<string, string>} */
  #colours = {};

  /**
   * @param {import("lightweight-charts").IChartApi} chart
   * @param {typeof import("lightweight-charts")} library
   * @param {(candle: Candle) => number} baseOf from which a scale in per cent is measured
   */
  constructor(chart, library, baseOf) {
    this.#chart = chart;
    this.#baseOf = baseOf;
    this.#library = library;
  }

  /** @returns {IndicatorDrawing[]} those that are drawn, in the order of the choice */
  get drawn() {
    return this.#drawings;
  }

  /** @param {Chosen[]} choice the whole of it */
  choose(choice) {
    this.#choice = choice;
    this.#arrange();
  }

  /**
   * @param {Candle[]} candles oldest first; the very array that the newest candle is kept in
   * @param {{interval: string, format: import("../../shared/chart/axis_format.js").AxisFormat}} options
   */
  show(candles, { interval, format }) {
    this.#candles = candles;
    this.#interval = interval;
    this.#format = format;
    this.#arrange();
    this.redraw();
  }

  /** Draw them once more: their candles are drawn otherwise. */
  redraw() {
    for (const drawing of this.#drawings) this.#fill(drawing);
  }

  /** @param {Candle} candle the newest */
  update(candle) {
    for (const drawing of this.#drawings) drawing.update(candle);
  }

  /** @param {Record<string, string>} colours by their names in theme.css */
  paint(colours) {
    this.#colours = colours;
    for (const drawing of this.#drawings) drawing.paint(colours);
  }

  /** How many candles the choice has to have seen before the first in sight, to be what alerts compute. */
  get needed() {
    return Math.max(0, ...this.#choice.map(candlesNeeded));
  }

  /** How many of the newest are of one session, where its average price is drawn. */
  get neededOfSession() {
    const last = this.#candles.at(-1);
    if (!last || !this.#hasSessions) return 0;
    const start = sessionOf(this.#interval).startOf(last.time);
    return this.#candles.length - this.#candles.findIndex(({ time }) => time >= start);
  }

  /** Whether the average price of the newest's session has to begin before the first candle. */
  get reachesBack() {
    const [first, last] = [this.#candles[0], this.#candles.at(-1)];
    if (!this.#hasSessions || !last || this.#candles.length > MOST_CANDLES) return false;
    return sessionOf(this.#interval).startOf(last.time) < first.time;
  }

  get #hasSessions() {
    return this.#drawings.some(({ entry }) => entry.key === "vwap");
  }

  #arrange() {
    const kept = (/** @type {Chosen} */ chosen) => this.#drawings.find((drawing) => fits(drawing, chosen, this.#interval));
    const stay = new Set(this.#choice.map(kept));
    for (const drawing of this.#drawings) if (!stay.has(drawing)) drawing.remove();
    this.#drawings = this.#choice.map((chosen) => kept(chosen) ?? this.#add(chosen));
  }

  /** @param {Chosen} chosen */
  #add(chosen) {
    const drawing = new IndicatorDrawing(this.#chart, this.#library, chosen, { interval: this.#interval, baseOf: this.#baseOf });
    drawing.paint(this.#colours);
    this.#fill(drawing);
    return drawing;
  }

  /** @param {IndicatorDrawing} drawing */
  #fill(drawing) {
    drawing.formatAs(this.#format);
    drawing.show(this.#candles);
  }
}

/**
 * Whether a drawing is of that indicator, with the same parameters and colours, and for that interval.
 *
 * @param {IndicatorDrawing} drawing
 * @param {Chosen} chosen
 * @param {string} interval
 */
function fits(drawing, { id, parameters, colours }, interval) {
  const isSame = hasSame(drawing.parameters, parameters) && hasSame(drawing.colours, colours);
  return drawing.id === id && drawing.interval === interval && isSame;
}

/** @template Value @param {Record<string, Value>} one @param {Record<string, Value>} other */
function hasSame(one, other) {
  return Object.keys({ ...one, ...other }).every((name) => one[name] === other[name]);
}
