import assert from "node:assert/strict";
import { test } from "node:test";
import { depthCurve } from "../../../../templates/static/dashboard/book/depth_curve.js";

test("it climbs at each price by what is offered there, from the middle to either end", () => {
  const curve = depthCurve({ bids: [[99, 1], [96, 3]], asks: [[101, 2], [104, 2]] });
  assert.equal(curve.bids, "M500 100H375V76.5H0V6H0V100Z");
  assert.equal(curve.asks, "M500 100H625V53H1000V6H1000V100Z");
  assert.deepEqual([curve.low, curve.high, curve.bid, curve.ask], [96, 104, 4, 4]);
});

test("both sides reach as far as the one of which less is told, on one scale", () => {
  const curve = depthCurve({ bids: [[99, 1], [98, 1], [90, 50]], asks: [[101, 4], [102, 4]] });
  assert.deepEqual([curve.low, curve.high, curve.bid, curve.ask], [98, 102, 2, 8]);
  assert.equal(curve.bids, "M500 100H250V88.3H0V76.5H0V100Z");
});

test("one level a side is a curve", () => {
  const curve = depthCurve({ bids: [[0.1, 1], [0.05, 1]], asks: [[0.3, 3]] });
  assert.deepEqual([curve.bid, curve.ask], [1, 3]);
});

test("there is none of an empty side, nor of a crossed book", () => {
  assert.equal(depthCurve({ bids: [], asks: [[1, 1]] }), null);
  assert.equal(depthCurve({ bids: [[1, 1]], asks: [] }), null);
  assert.equal(depthCurve({ bids: [[2, 1]], asks: [[2, 1]] }), null);
});
