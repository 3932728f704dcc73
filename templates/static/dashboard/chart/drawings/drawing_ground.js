/** Points on the chart as its market has them, at its candles and its prices, and where a drawing goes that is moved there. */
import { nearestPrice } from "../../market_data/prices.js";
import { pointsOf } from "./drawing_values.js";

/**
 * @typedef {import("../../../../types/market.js").Drawing} Drawing
 * @typedef {import("../../../../types/market.js").DrawingPoint} Point
 * @typedef {import("./drawing_handles.js").Part} Part
 * @typedef {import("./shapes.js").Place} Place
 * @typedef {Pick<import("./drawing_layer.js").DrawingLayer, "pointAt" | "handlesOf" | "later" | "candlesBetween" | "yOf" | "size">} Layer
 */

/** A key moves a point by so much, whatever the scale; finely by the market's own step. */
const STEP_PIXELS = 4;
/** Of the pane, where the points of a drawing begin that is put into the middle. */
const MIDDLE = [
  { x: 0.35, y: 0.55 },
  { x: 0.65, y: 0.35 },
];

export class DrawingGround {
  #layer;
  #tickSize;

  /** @param {Layer} layer @param {number} tickSize of the market */
  constructor(layer, tickSize) {
    this.#layer = layer;
    this.#tickSize = tickSize;
  }

  /** @param {Place} place @returns {Point | null} null: beside the pane */
  pointAt(place) {
    const point = this.#layer.pointAt(place);
    return point && { time: point.time, price: nearestPrice(point.price, this.#tickSize) };
  }

  /** @param {import("../../../../types/market.js").DrawingKind} kind @returns {Point[]} in sight; none where there is no room */
  middle(kind) {
    const { width, height } = this.#layer.size;
    return MIDDLE.slice(0, pointsOf(kind)).flatMap(({ x, y }) => this.pointAt({ x: x * width, y: y * height }) ?? []);
  }

  /** @param {Drawing} drawing @param {Part} part @param {Place} place @returns {Drawing | null} null: it can't be there */
  dragged(drawing, part, place) {
    const point = this.pointAt(place);
    if (part !== "all" || !point) return point && withPoint(drawing, Number(part), point);
    const [one, other] = this.#layer.handlesOf(drawing.id);
    const middle = this.pointAt({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });
    return middle && this.#movedBy(drawing, this.#layer.candlesBetween(middle.time, point.time), Number(point.price) - Number(middle.price));
  }

  /** @param {Drawing} drawing @param {Part} part @param {{right: number, up: number, isFine: boolean}} step @returns {Drawing | null} */
  stepped(drawing, part, { right, up, isFine }) {
    const { time, price } = drawing.points[part === "all" ? 0 : part];
    const to = isFine || !up ? Number(price) + up * this.#tickSize : this.#priceAbove(Number(price), up * STEP_PIXELS);
    if (part === "all") return this.#movedBy(drawing, right, to - Number(price));
    return withPoint(drawing, part, { time: this.#layer.later(time, right), price: nearestPrice(to, this.#tickSize) });
  }

  /** @param {number} price @param {number} pixels */
  #priceAbove(price, pixels) {
    return this.#layer.pointAt({ x: 0, y: this.#layer.yOf(price) - pixels })?.price ?? price;
  }

  /** @param {Drawing} drawing @param {number} candles @param {number} price */
  #movedBy(drawing, candles, price) {
    const points = drawing.points.map((point) => ({
      time: this.#layer.later(point.time, candles),
      price: nearestPrice(Number(point.price) + price, this.#tickSize),
    }));
    return withPoints(drawing, points);
  }
}

/** @param {Drawing} drawing @param {number} index @param {Point} point */
function withPoint(drawing, index, point) {
  return withPoints(drawing, drawing.points.map((each, place) => (place === index ? point : each)));
}

/** @param {Drawing} drawing @param {Point[]} points @returns {Drawing | null} null where two would be one, or before time begins */
function withPoints(drawing, points) {
  const [one, other] = points;
  const isOne = other !== undefined && one.time === other.time && one.price === other.price;
  return isOne || points.some(({ time }) => time < 0) ? null : { ...drawing, points };
}
