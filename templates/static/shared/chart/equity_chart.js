/** Lines over time, one above the other: equity of one run beside buy-and-hold, or returns of several; drawdown below. */
import { chartLooks, newChart } from "./chart_library.js";
import { onThemeChange, paletteOf } from "./palette.js";
import { formatNumber } from "../format.js";
import { Fitting } from "./fitting.js";
import { pointsOf } from "./line_points.js";

/** @typedef {{name: string, colour: string, times: number[], values: number[], width?: 1 | 2}} Line colour: of theme.css */

const COLOURS = ["accent", "muted", "down", "down-soft", "line-1", "line-2", "line-3", "line-4", "up"];
const MAIN_SHARE = 3;
const MINUTE = 60_000;
/** Of the lines above, where no others are given; the axis has no finer steps. */
const DECIMALS = 2;
/** px; so that a result's thousands of points fit on a phone. */
const NARROWEST_POINT = 0.05;

export class EquityChart {
  #library;
  #chart;
  #unit;
  #decimals = DECIMALS;
  #fitting;
  /** @type {{line: Line, series: import("lightweight-charts").ISeriesApi<"Line" | "Area">, isBelow: boolean}[]} */
  #drawn = [];

  /**
   * @param {HTMLElement} container
   * @param {typeof import("lightweight-charts")} library
   * @param {{unit?: string}} [options] `unit`: after each number of the axis
   */
  constructor(container, library, { unit = "" } = {}) {
    this.#library = library;
    this.#chart = newChart(container, library);
    this.#chart.applyOptions({ handleScroll: { mouseWheel: false, vertTouchDrag: false }, handleScale: { mouseWheel: false } });
    this.#chart.timeScale().applyOptions({ minBarSpacing: NARROWEST_POINT, lockVisibleTimeRangeOnResize: true });
    this.#fitting = new Fitting(this.#chart);
    this.#unit = unit;
    this.#paint();
    onThemeChange(() => this.#paint());
  }

  /**
   * @param {Line[]} lines
   * @param {Line[]} [below] in a pane of their own, in per cent; filled where it is one
   * @param {{isWithinDay?: boolean, keepView?: boolean, decimals?: number}} [options] whether the axis needs hours; whether
   *   they are those that were shown, with more: who looks at a part of them goes on with that; `decimals` of the lines above
   */
  show(lines, below = [], { isWithinDay = true, keepView = false, decimals = DECIMALS } = {}) {
    this.#chart.timeScale().applyOptions({ timeVisible: isWithinDay, secondsVisible: lines.some(endsWithinMinute) });
    const count = Math.max(0, ...this.#drawn.map(({ series }) => series.data().length));
    if (keepView && this.#fitting.isCloser(count) && this.#showInPlace([...lines, ...below])) return;
    this.#decimals = decimals;
    for (const { series } of this.#drawn) this.#chart.removeSeries(series);
    const above = lines.map((line) => ({ line, series: this.#chart.addSeries(this.#library.LineSeries, {}, 0), isBelow: false }));
    const under = below.map((line) => ({ line, series: this.#below(below.length), isBelow: true }));
    this.#drawn = [...above, ...under];
    for (const { line, series } of this.#drawn) series.setData(pointsOf(line.times, line.values));
    this.#chart.panes()[0].setStretchFactor(MAIN_SHARE);
    this.#chart.panes()[1]?.setStretchFactor(1);
    this.#paint();
    this.#fitting.begin();
  }

  /**
   * @param {string} name of a line above that is shown
   * @param {import("./line_points.js").PointMark[]} marks by time, beside its points
   */
  mark(name, marks) {
    const drawn = this.#drawn.find(({ line, isBelow }) => line.name === name && !isBelow);
    if (!drawn) return;
    const colours = paletteOf(COLOURS);
    const shown = marks.map(({ time, side, isAbove }) => ({
      ...{ time, color: colours[drawn.line.colour], size: 0.7, text: "" },
      ...{ position: isAbove ? /** @type {const} */ ("aboveBar") : /** @type {const} */ ("belowBar") },
      shape: side === "buy" ? /** @type {const} */ ("arrowUp") : /** @type {const} */ ("arrowDown"),
    }));
    this.#library.createSeriesMarkers(drawn.series, shown);
  }

  /**
   * @param {(values: Map<string, number> | null) => void} handler told the values under the pointer, by name of the
   *   line; null: it is elsewhere
   */
  onPointer(handler) {
    this.#chart.subscribeCrosshairMove(({ time, seriesData }) => {
      const found = this.#drawn.map(({ line, series }) => /** @type {[string, any]} */ ([line.name, seriesData.get(series)]));
      const values = found.filter(([, data]) => data).map(([name, data]) => /** @type {[string, number]} */ ([name, data.value]));
      handler(time === undefined || !values.length ? null : new Map(values));
    });
  }

  /**
   * The library keeps what is in sight of series that stay, by how far that is from the newest point: it goes along at the
   * end; where earlier points are others, the times are kept.
   *
   * @param {Line[]} lines
   * @returns {boolean} whether they are those that are drawn
   */
  #showInPlace(lines) {
    if (lines.length !== this.#drawn.length || lines.some(({ name }, index) => name !== this.#drawn[index].line.name)) return false;
    const scale = this.#chart.timeScale();
    const times = lines.every((line, index) => isContinued(this.#drawn[index].line, line)) ? null : scale.getVisibleRange();
    lines.forEach((line, index) => {
      this.#drawn[index].line = line;
      this.#drawn[index].series.setData(pointsOf(line.times, line.values));
    });
    if (times) scale.setVisibleRange(times);
    return true;
  }

  /** @param {number} count of the lines of the lower pane */
  #below(count) {
    const kind = count === 1 ? this.#library.AreaSeries : this.#library.LineSeries;
    return /** @type {import("lightweight-charts").ISeriesApi<"Line" | "Area">} */ (this.#chart.addSeries(kind, {}, 1));
  }

  #paint() {
    const colours = paletteOf(COLOURS);
    this.#chart.applyOptions(chartLooks(this.#library));
    for (const { line, series, isBelow } of this.#drawn) {
      const colour = colours[line.colour];
      const [decimals, unit] = isBelow ? [1, "%"] : [this.#decimals, this.#unit];
      const formatter = (/** @type {number} */ value) => `${formatNumber(value, decimals)}${unit}`;
      series.applyOptions({
        ...{ color: colour, lineColor: colour, topColor: "transparent", bottomColor: colours["down-soft"], invertFilledArea: true },
        ...{ lineWidth: line.width ?? 2, priceLineVisible: false, lastValueVisible: !isBelow, crosshairMarkerRadius: 3 },
        priceFormat: { type: "custom", minMove: 10 ** -Math.max(decimals, DECIMALS), formatter },
      });
    }
  }
}

/** @param {Line} before @param {Line} after @returns {boolean} whether it has the same points, and maybe more behind them */
function isContinued({ times: before }, { times: after }) {
  return after.length >= before.length && after[0] === before[0] && after[before.length - 1] === before[before.length - 1];
}

/** @param {Line} line @returns {boolean} whether its last two points lie within one minute: minutes would name both alike */
function endsWithinMinute({ times }) {
  return times.length > 1 && times[times.length - 1] - times[times.length - 2] < MINUTE;
}
