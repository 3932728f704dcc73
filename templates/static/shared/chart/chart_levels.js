/** Levels of price on the candle chart: their lines, and where they are on the screen. */

/** @typedef {import("lightweight-charts").SeriesType} SeriesType */
/** @typedef {{key: string, price: number, colour: string, isFaint: boolean, isSolid?: boolean}} DrawnLevel `colour`: its name in theme.css */
/** @typedef {DrawnLevel & {isLabelled: boolean}} LabelledLevel of several at one price only the first has that on the scale */

export class ChartLevels {
  #chart;
  #series;
  #library;
  /** @type {Record<string, string>} */
  #colours = {};
  /** @type {Map<string, {level: LabelledLevel, line: import("lightweight-charts").IPriceLine}>} */
  #lines = new Map();
  /** @type {() => void} */
  #redrawn = () => undefined;
  /** The library tells of no change of the scale of prices, but has every primitive drawn anew at each. */
  #primitive = { updateAllViews: () => this.#redrawn() };

  /**
   * @param {import("lightweight-charts").IChartApi} chart
   * @param {import("lightweight-charts").ISeriesApi<SeriesType>} series of the prices
   * @param {typeof import("lightweight-charts")} library
   */
  constructor(chart, series, library) {
    this.#chart = chart;
    this.#series = series;
    this.#library = library;
    series.attachPrimitive(this.#primitive);
  }

  /** @param {import("lightweight-charts").ISeriesApi<SeriesType>} series that is there in place of the former, which is gone */
  moveTo(series) {
    this.#series = series;
    series.attachPrimitive(this.#primitive);
    for (const { level } of this.#lines.values()) this.#lines.set(level.key, { level, line: series.createPriceLine(this.#options(level)) });
  }

  /** @param {() => void} handler called whenever a level may be at another place than before */
  onRedraw(handler) {
    this.#redrawn = handler;
  }

  /** @param {DrawnLevel[]} levels those, and no others */
  show(levels) {
    const keys = new Set(levels.map(({ key }) => key));
    for (const [key, { line }] of this.#lines) {
      if (keys.has(key)) continue;
      this.#series.removePriceLine(line);
      this.#lines.delete(key);
    }
    const labelled = new Set();
    for (const level of levels) {
      this.#draw({ ...level, isLabelled: !level.isFaint && !labelled.has(level.price) });
      if (!level.isFaint) labelled.add(level.price);
    }
  }

  /** @param {Record<string, string>} colours by their names in theme.css */
  paint(colours) {
    this.#colours = colours;
    for (const { level, line } of this.#lines.values()) line.applyOptions(this.#options(level));
  }

  /** @param {number} price @returns {number | null} px below the chart's upper edge; null: not in sight */
  yOf(price) {
    const y = this.#series.priceToCoordinate(price);
    return y === null || y < 0 || y > this.height ? null : y;
  }

  /** @param {number} price @returns {"above" | "below" | ""} beyond which edge it is; empty: it is in sight, or nothing is drawn */
  sideOf(price) {
    const y = this.#series.priceToCoordinate(price);
    if (y === null || (y >= 0 && y <= this.height)) return "";
    return y < 0 ? "above" : "below";
  }

  /** @param {number} y px below the chart's upper edge @returns {number | null} null beside the candles */
  priceAt(y) {
    return y < 0 || y > this.height ? null : this.#series.coordinateToPrice(y);
  }

  /** The width of the scale at the right, px. */
  get scaleWidth() {
    return this.#chart.priceScale("right").width();
  }

  /** The height of the candles' pane, px. */
  get height() {
    return this.#chart.panes()[0].getHeight();
  }

  /** @param {LabelledLevel} level */
  #draw(level) {
    const known = this.#lines.get(level.key);
    const options = this.#options(level);
    if (known) known.line.applyOptions(options);
    this.#lines.set(level.key, { level, line: known?.line ?? this.#series.createPriceLine(options) });
  }

  /** @param {LabelledLevel} level @returns {import("lightweight-charts").CreatePriceLineOptions} */
  #options({ price, colour, isFaint, isLabelled, isSolid = false }) {
    const { Solid, Dashed, Dotted } = this.#library.LineStyle;
    const color = this.#colours[colour];
    return {
      ...{ price, color, lineWidth: 1, lineStyle: isFaint ? Dotted : isSolid ? Solid : Dashed, title: "" },
      ...{ axisLabelVisible: isLabelled, axisLabelColor: color, axisLabelTextColor: this.#colours["on-accent"] },
    };
  }
}
