/** What is drawn of a drawing, in pixels of the chart's pane, and whether a pointer is on it. Pure. */
import { retracements } from "./drawing_values.js";

/**
 * @typedef {import("../../../../types/market.js").Drawing} Drawing
 * @typedef {import("../../../../types/market.js").DrawingPoint} Point
 * @typedef {{x: number, y: number}} Place
 * @typedef {object} View the pane, and where prices and times are in it
 * @property {number} width
 * @property {(time: number) => number} xOf
 * @property {(x: number) => number} timeAt
 * @property {(price: number) => number} yOf
 *
 * @typedef {{places: Place[], isDashed?: boolean, isFaint?: boolean}} Stroke
 * @typedef {{strokes: Stroke[], area?: {from: Place, to: Place}, words: (Place & {ratio: number, price: number})[], handles: Place[]}} Shape
 */

/** A line is drawn in pieces of so many pixels where it isn't straight. */
const PIECE_PIXELS = 12;
const STRAIGHT_PIXELS = 0.5;
/** Where it is asked whether it is: of the way. */
const PROBES = [0.25, 0.5, 0.75];
/** Words of levels that are nearer to each other can't be read. */
const WORDS_PIXELS = 11;
/** How far right a handle of a horizontal line stands, of the width. */
const HANDLE_SHARE = 0.4;

/**
 * @param {Drawing} drawing
 * @param {View} view
 * @param {{isExtended?: boolean}} [options] `isExtended`: a trend line goes on to the right, as an alert on it sees it
 * @returns {Shape | null} null while nothing can be placed
 */
export function shapeOf(drawing, view, { isExtended = false } = {}) {
  const handles = drawing.points.map((point) => placeOfPoint(point, view));
  if (handles.some(({ x, y }) => !Number.isFinite(x) || !Number.isFinite(y))) return null;
  if (drawing.kind === "horizontal") return horizontal(handles[0].y, view);
  if (drawing.kind === "trend") return trend(drawing.points, handles, view, isExtended);
  if (drawing.kind === "rectangle") return rectangle(handles);
  return fibonacci(drawing.points, handles, view);
}

/** @param {Point} point @param {View} view @returns {Place} */
function placeOfPoint({ time, price }, view) {
  return { x: view.xOf(time), y: view.yOf(Number(price)) };
}

/** @param {number} y @param {View} view @returns {Shape} */
function horizontal(y, { width }) {
  return { strokes: [level(0, width, y)], words: [], handles: [{ x: width * HANDLE_SHARE, y }] };
}

/** @param {Point[]} points @param {Place[]} handles @param {View} view @param {boolean} isExtended @returns {Shape} */
function trend(points, handles, view, isExtended) {
  const [first, last] = [...points].sort((one, other) => one.time - other.time);
  const strokes = [{ places: course(first, last, view) }];
  const isBeyond = isExtended && first.time !== last.time && view.xOf(last.time) < view.width;
  if (isBeyond) {
    const end = { time: view.timeAt(view.width), price: 0 };
    const places = course(last, { time: end.time, price: String(priceAt(first, last, end.time)) }, view);
    return { strokes: [...strokes, { places, isDashed: true }], words: [], handles };
  }
  return { strokes, words: [], handles };
}

/** @param {Point} first @param {Point} last @param {number} time @returns {number} of the straight line through both: linear in the price */
export function priceAt(first, last, time) {
  const [from, to] = [Number(first.price), Number(last.price)];
  return first.time === last.time ? from : from + ((to - from) * (time - first.time)) / (last.time - first.time);
}

/**
 * A line that is straight in price and time is one on the screen unless a logarithmic scale bends it, or candles are missing.
 *
 * @param {Point} first the earlier one
 * @param {Point} last
 * @param {View} view
 * @returns {Place[]}
 */
function course(first, last, view) {
  const ends = [first, last].map((point) => placeOfPoint(point, view)).filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  if (ends.length < 2 || isStraight(first, last, ends, view)) return ends;
  const [from, to] = [Math.max(0, ends[0].x), Math.min(view.width, ends[1].x)];
  const places = [];
  for (let x = from; x < to; x += PIECE_PIXELS) places.push(x);
  if (to >= from) places.push(to);
  return places.map((x) => ({ x, y: view.yOf(priceAt(first, last, view.timeAt(x))) })).filter(({ y }) => Number.isFinite(y));
}

/** @param {Point} first @param {Point} last @param {Place[]} ends @param {View} view */
function isStraight(first, last, [from, to], view) {
  if (first.time === last.time) return true;
  return PROBES.every((share) => {
    const time = first.time + (last.time - first.time) * share;
    const y = view.yOf(priceAt(first, last, time));
    const right = view.xOf(time) - (from.x + (to.x - from.x) * share);
    return Math.abs(right) < STRAIGHT_PIXELS && Math.abs(y - (from.y + (to.y - from.y) * share)) < STRAIGHT_PIXELS;
  });
}

/** @param {Place[]} corners @returns {Shape} */
function rectangle([one, other]) {
  const [left, right] = [Math.min(one.x, other.x), Math.max(one.x, other.x)];
  const [top, bottom] = [Math.min(one.y, other.y), Math.max(one.y, other.y)];
  const places = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]].map(([x, y]) => ({ x, y }));
  return { strokes: [{ places }], area: { from: places[0], to: places[2] }, words: [], handles: [one, other] };
}

/** @param {Point[]} points @param {Place[]} handles @param {View} view @returns {Shape} */
function fibonacci(points, handles, view) {
  const [left, right] = [Math.min(handles[0].x, handles[1].x), Math.max(handles[0].x, handles[1].x)];
  const levels = retracements(points).map((each) => ({ ...each, x: right, y: view.yOf(each.price) }));
  const seen = levels.filter(({ y }) => Number.isFinite(y));
  const strokes = [{ places: handles, isDashed: true, isFaint: true }, ...seen.map(({ y }) => level(left, right, y))];
  return { strokes, words: seen.reduce(withReadable, /** @type {Shape["words"]} */ ([])), handles };
}

/** @param {Shape["words"]} words @param {Shape["words"][number]} next */
function withReadable(words, next) {
  const last = words.at(-1);
  return last && Math.abs(last.y - next.y) < WORDS_PIXELS ? words : [...words, next];
}

/** @param {number} from @param {number} to @param {number} y @returns {Stroke} */
function level(from, to, y) {
  return { places: [{ x: from, y }, { x: to, y }] };
}

/** @param {Shape} shape @param {Place} place @returns {number} how far it is from the nearest stroke, px */
export function distanceTo({ strokes }, place) {
  const distances = strokes.flatMap(({ places }) => places.slice(1).map((to, index) => distanceToPiece(places[index], to, place)));
  return Math.min(Infinity, ...distances);
}

/** @param {Place} from @param {Place} to @param {Place} place */
function distanceToPiece(from, to, { x, y }) {
  const [right, down] = [to.x - from.x, to.y - from.y];
  const length = right * right + down * down;
  const share = length ? Math.min(1, Math.max(0, ((x - from.x) * right + (y - from.y) * down) / length)) : 0;
  return Math.hypot(x - from.x - share * right, y - from.y - share * down);
}
