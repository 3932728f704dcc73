/** The tool that is drawn with: which kind, and the points that are placed so far. Pure but for the ids that it gives. */
import { KINDS, newDrawing, pointsOf } from "./drawing_values.js";

/** @typedef {import("../../../../types/market.js").Drawing} Drawing */
/** @typedef {import("../../../../types/market.js").DrawingPoint} Point */

const ORDINALS = ["first", "second"];

export class DrawingTool {
  /** @type {import("../../../../types/market.js").DrawingKind | null} null: nothing is being drawn */
  kind = null;
  /** @type {Point[]} */
  #points = [];
  /** @type {Point | null} that under the pointer */
  #ahead = null;

  /** @param {import("../../../../types/market.js").DrawingKind | null} kind null: leave what was begun */
  take(kind) {
    this.kind = kind;
    this.#points = [];
    this.#ahead = null;
  }

  /** What is to be done next, in words. */
  get text() {
    if (!this.kind) return "";
    const which = pointsOf(this.kind) === 1 ? "its price" : `the ${ORDINALS[this.#points.length]} point`;
    return `${KINDS[this.kind]}: pick ${which} in the chart`;
  }

  /** @param {Point} point @returns {Drawing | null} null while there are too few; one that is placed already counts once */
  put(point) {
    if (!this.kind || this.#points.some((each) => isSame(each, point))) return null;
    this.#points.push(point);
    return this.#points.length === pointsOf(this.kind) ? newDrawing(this.kind, this.#points) : null;
  }

  /** @param {Point | null} point under the pointer */
  point(point) {
    this.#ahead = point;
  }

  /** How many points are still to be placed. */
  get missing() {
    return this.kind ? pointsOf(this.kind) - this.#points.length : 0;
  }

  /** @returns {Drawing[]} what is being drawn, up to the pointer; none before there is anything to see */
  get draft() {
    if (!this.kind || this.missing !== 1 || !this.#ahead) return [];
    return [{ id: "draft", kind: this.kind, points: [...this.#points, this.#ahead], colour: "accent", rule: null }];
  }
}

/** @param {Point} one @param {Point} other */
function isSame(one, other) {
  return one.time === other.time && one.price === other.price;
}
