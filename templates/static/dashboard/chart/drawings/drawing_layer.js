/** The drawings on the candles: a primitive of the chart library, which has them drawn anew whenever anything moves. */
import { formatNumber } from "../../../shared/format.js";
import { DrawingPainter } from "./drawing_painter.js";
import { distanceTo, shapeOf } from "./shapes.js";
import { placeOf, timeOf } from "./time_places.js";

/**
 * @typedef {import("../../../../types/market.js").Drawing} Drawing
 * @typedef {import("lightweight-charts").ISeriesApi<import("lightweight-charts").SeriesType>} Series
 * @typedef {{drawings: Drawing[], chosen: string, belled: ReadonlySet<string>}} Drawn `chosen`: the id of the one that is
 *   selected; `belled`: the ids of those on which an alert hangs
 */

/** So near to a line a mouse or a finger means it. */
const REACH_PIXELS = 9;

export class DrawingLayer {
  #chart;
  #series;
  /** @type {import("./time_places.js").Axis} */
  #axis = { candles: [], length: 60_000 };
  #decimals = 2;
  /** Where the first candle is, and how far apart they are, px: as of the last frame. */
  #ground = { zero: NaN, spacing: NaN };
  /** @type {Drawn} */
  #drawn = { drawings: [], chosen: "", belled: new Set() };
  /** @type {{drawing: Drawing, shape: import("./shapes.js").Shape}[]} */
  #shapes = [];
  #painter = new DrawingPainter((price) => formatNumber(price, this.#decimals));
  /** @type {() => void} */
  #redrawn = () => undefined;
  /** @type {() => void} */
  #update = () => undefined;
  #views = [{ renderer: () => this.#painter, zOrder: () => /** @type {const} */ ("normal") }];
  /** @type {import("lightweight-charts").ISeriesPrimitive<import("lightweight-charts").Time>} */
  #primitive = {
    attached: ({ requestUpdate }) => (this.#update = requestUpdate),
    updateAllViews: () => this.#place(),
    paneViews: () => this.#views,
  };

  /**
   * @param {import("lightweight-charts").IChartApi} chart
   * @param {Series} series of the prices
   */
  constructor(chart, series) {
    this.#chart = chart;
    this.#series = series;
    series.attachPrimitive(this.#primitive);
  }

  /** @param {Series} series that is there in place of the former, which is gone */
  moveTo(series) {
    this.#series = series;
    series.attachPrimitive(this.#primitive);
  }

  /** @param {Record<string, string>} colours by their names in theme.css */
  paint(colours) {
    this.#painter.colours = colours;
    this.#update();
  }

  /** @param {{time: number}[]} candles oldest first, in an array that later ones are put into @param {{length: number, decimals: number}} axis */
  measure(candles, { length, decimals }) {
    this.#axis = { candles, length };
    this.#decimals = decimals;
  }

  /** @param {() => void} handler called whenever a drawing may be at another place than before */
  onRedraw(handler) {
    this.#redrawn = handler;
  }

  /** @param {Drawn} drawn */
  show(drawn) {
    this.#drawn = drawn;
    this.#place();
    this.#update();
  }

  /** @param {string} id @returns {import("./shapes.js").Place[]} where its handles are; none while nothing can be placed */
  handlesOf(id) {
    return this.#shapes.find(({ drawing }) => drawing.id === id)?.shape.handles ?? [];
  }

  /** @param {import("./shapes.js").Place} place @returns {string} the id of the drawing there; empty: none */
  idAt(place) {
    const near = this.#shapes.map(({ drawing, shape }) => ({ id: drawing.id, distance: distanceTo(shape, place) }));
    const [nearest] = near.filter(({ distance }) => distance <= REACH_PIXELS).sort((one, other) => one.distance - other.distance);
    return nearest?.id ?? "";
  }

  /** @param {import("./shapes.js").Place} place @returns {{time: number, price: number} | null} the nearest candle and the price; null: beside the pane */
  pointAt({ x, y }) {
    const { width, height } = this.size;
    const isBeside = x < 0 || x > width || y < 0 || y > height;
    const price = isBeside ? null : this.#series.coordinateToPrice(y);
    const time = Math.round(timeOf(this.#axis, Math.round(this.#placeAt(x))));
    return price === null || price <= 0 || !Number.isFinite(time) || time < 0 ? null : { time, price };
  }

  /** @param {number} time ms @param {number} candles @returns {number} so many candles later, ms */
  later(time, candles) {
    return Math.round(timeOf(this.#axis, placeOf(this.#axis, time) + candles));
  }

  /** @param {number} from ms @param {number} to ms @returns {number} the candles between */
  candlesBetween(from, to) {
    return placeOf(this.#axis, to) - placeOf(this.#axis, from);
  }

  /** @param {number} price @returns {number} px below the pane's upper edge, however far beside it */
  yOf(price) {
    return this.#series.priceToCoordinate(price) ?? NaN;
  }

  /** The pane of the candles, px. */
  get size() {
    return { width: this.#chart.timeScale().width(), height: this.#chart.panes()[0].getHeight() };
  }

  #place() {
    this.#ground = { zero: this.#xOfFirst(), spacing: this.#chart.timeScale().options().barSpacing };
    const view = this.#view();
    const { drawings, chosen, belled } = this.#drawn;
    this.#shapes = drawings.flatMap((drawing) => {
      const shape = shapeOf(drawing, view, { isExtended: belled.has(drawing.id) });
      return shape ? [{ drawing, shape }] : [];
    });
    this.#painter.shapes = this.#shapes.map(({ drawing: { id, colour }, shape }) => {
      return { shape, colour, isChosen: id === chosen, hasBell: belled.has(id) };
    });
    this.#redrawn();
  }

  /** @returns {import("./shapes.js").View} */
  #view() {
    return {
      width: this.size.width,
      xOf: (time) => this.#xAt(placeOf(this.#axis, time)),
      timeAt: (x) => timeOf(this.#axis, this.#placeAt(x)),
      yOf: (price) => this.yOf(price),
    };
  }

  /** @param {number} place */
  #xAt(place) {
    return this.#ground.zero + place * this.#ground.spacing;
  }

  /** @param {number} x */
  #placeAt(x) {
    return (x - this.#ground.zero) / this.#ground.spacing;
  }

  #xOfFirst() {
    return this.#chart.timeScale().logicalToCoordinate(/** @type {import("lightweight-charts").Logical} */ (0)) ?? NaN;
  }
}
