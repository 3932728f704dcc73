import assert from "node:assert/strict";
import { test } from "node:test";
import { DrawingPainter } from "../../../../../templates/static/dashboard/chart/drawings/drawing_painter.js";

/** What is painted, in its order: lines, and fills with their colour. */
function painted(shapes) {
  const done = [];
  const context = {
    ...Object.fromEntries(["save", "restore", "setLineDash", "beginPath", "lineTo"].map((name) => [name, () => undefined])),
    stroke: () => done.push("line"),
    measureText: () => ({ width: 100 }),
    fillRect: (...place) => done.push([context.fillStyle, ...place]),
    fillText: (words, x, y) => done.push([context.fillStyle, words, x, y]),
  };
  const painter = new DrawingPainter((price) => price.toFixed(2));
  painter.colours = { panel: "black", "line-1": "gold", accent: "blue" };
  painter.shapes = shapes;
  painter.draw(/** @type {any} */ ({ useMediaCoordinateSpace: (paint) => paint({ context }) }));
  return done;
}

test("words stand on a ground, over the lines of every drawing", () => {
  const stroke = { places: [{ x: 0, y: 50 }, { x: 200, y: 50 }] };
  const fibonacci = { shape: { strokes: [stroke], words: [{ ratio: 0.618, price: 90, x: 10, y: 50 }], handles: [] }, colour: "line-1", isChosen: false, hasBell: false };
  const line = { shape: { strokes: [stroke], words: [], handles: [] }, colour: "accent", isChosen: false, hasBell: false };
  assert.deepEqual(painted([fibonacci, line]), ["line", "line", ["black", 11, 42.5, 106, 15], ["gold", "61.8 % 90.00", 14, 50]]);
});
