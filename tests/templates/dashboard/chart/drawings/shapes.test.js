import assert from "node:assert/strict";
import { test } from "node:test";
import { distanceTo, priceAt, shapeOf } from "../../../../../templates/static/dashboard/chart/drawings/shapes.js";

/** A candle of 1,000 ms every 10 px; a price is so many px below 1,000. */
const VIEW = {
  width: 500,
  xOf: (/** @type {number} */ time) => time / 100,
  timeAt: (/** @type {number} */ x) => x * 100,
  yOf: (/** @type {number} */ price) => 1_000 - price,
};
const LOGARITHMIC = { ...VIEW, yOf: (/** @type {number} */ price) => 1_000 - 100 * Math.log(price) };
const point = (/** @type {number} */ time, /** @type {string} */ price) => ({ time, price });
const drawing = (/** @type {any} */ kind, /** @type {any[]} */ ...points) => ({ id: "a", kind, points, colour: "line-1", rule: null });
const shown = (/** @type {any} */ given, view = VIEW, options = {}) => /** @type {NonNullable<ReturnType<typeof shapeOf>>} */ (shapeOf(given, view, options));

test("a horizontal line runs through the whole pane at its price", () => {
  const { strokes } = shown(drawing("horizontal", point(7, "900.5")));
  assert.deepEqual(strokes, [{ places: [{ x: 0, y: 99.5 }, { x: 500, y: 99.5 }] }]);
});

test("a trend line is straight where the scale is", () => {
  const { strokes, handles } = shown(drawing("trend", point(30_000, "800"), point(10_000, "600")));
  assert.deepEqual(strokes, [{ places: [{ x: 100, y: 400 }, { x: 300, y: 200 }] }]);
  assert.deepEqual(handles, [{ x: 300, y: 200 }, { x: 100, y: 400 }]);
});

test("on a logarithmic scale it bends: at each time it is at the price at which an alert on it is", () => {
  const [first, last] = [point(10_000, "100"), point(40_000, "1600")];
  const { strokes: [{ places }] } = shown(drawing("trend", first, last), LOGARITHMIC);
  assert.ok(places.length > 20);
  for (const { x, y } of places) assert.ok(Math.abs(y - LOGARITHMIC.yOf(priceAt(first, last, VIEW.timeAt(x)))) < 1e-9);
});

test("where candles are missing it bends as the time does", () => {
  const xOf = (/** @type {number} */ time) => (time <= 20_000 ? time / 100 : 200 + (time - 20_000) / 1_000);
  const timeAt = (/** @type {number} */ x) => (x <= 200 ? x * 100 : 20_000 + (x - 200) * 1_000);
  const { strokes: [{ places }] } = shown(drawing("trend", point(10_000, "100"), point(40_000, "400")), { ...VIEW, xOf, timeAt });
  const near = places.find(({ x }) => x > 200);
  assert.ok(places.length > 2 && near && Math.abs(1_000 - near.y - priceAt(point(10_000, "100"), point(40_000, "400"), timeAt(near.x))) < 1e-9);
});

test("with an alert it goes on to the right edge, and never to the left", () => {
  const { strokes } = shown(drawing("trend", point(10_000, "600"), point(20_000, "700")), VIEW, { isExtended: true });
  assert.deepEqual(strokes[1], { places: [{ x: 200, y: 300 }, { x: 500, y: 0 }], isDashed: true });
  assert.equal(strokes.length, 2);
});

test("a rectangle spans its corners, whichever was drawn first", () => {
  const { area, strokes: [{ places }] } = shown(drawing("rectangle", point(30_000, "600"), point(10_000, "800")));
  assert.deepEqual(area, { from: { x: 100, y: 200 }, to: { x: 300, y: 400 } });
  assert.equal(places.length, 5);
});

test("a retracement counts back from where the move ended", () => {
  const { words } = shown(drawing("fibonacci", point(10_000, "600"), point(20_000, "700")));
  assert.deepEqual(words.map(({ ratio, price }) => [ratio, Number(price.toFixed(6))]), [
    [0, 700], [0.236, 676.4], [0.382, 661.8], [0.5, 650], [0.618, 638.2], [0.786, 621.4], [1, 600],
  ]);
});

test("levels of a retracement that lie too near to be read have no words, but lines", () => {
  const { words, strokes } = shown(drawing("fibonacci", point(10_000, "600"), point(20_000, "630")));
  assert.deepEqual([words.map(({ ratio }) => ratio), strokes.length], [[0, 0.382, 0.786], 8]);
});

test("on a logarithmic scale that bends it by nothing that is seen, it stays straight", () => {
  const near = shown(drawing("trend", point(10_000, "1000"), point(40_000, "1001")), LOGARITHMIC);
  assert.equal(near.strokes[0].places.length, 2);
});

test("nothing is drawn where the chart can't place it", () => {
  assert.equal(shapeOf(drawing("horizontal", point(7, "900")), { ...VIEW, yOf: () => NaN }), null);
});

test("a pointer is as far from a line as from its nearest place", () => {
  const shape = shown(drawing("trend", point(10_000, "600"), point(30_000, "800")));
  assert.ok(Math.abs(distanceTo(shape, { x: 200, y: 300 })) < 1e-9);
  assert.equal(distanceTo(shape, { x: 90, y: 400 }), 10);
});
