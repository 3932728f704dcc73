import assert from "node:assert/strict";
import { test } from "node:test";

const { OverlayLine } = await import("../../../../templates/static/dashboard/indicators/overlay_line.js");

/** What is drawn of the values of bars 10 px apart, the library having placed those in sight: the first at 5 px. */
function drawn(values, { from, to, stale }) {
  const place = (index) => (index >= from && index < to ? 5 + (index - from) * 10 : stale);
  const bars = values.map((value, index) => ({ x: place(index), time: 100 + index, originalData: { value, base: 1 } }));
  const steps = [];
  const [moveTo, lineTo] = ["move", "line"].map((kind) => (x, y) => void steps.push([kind, x, y]));
  const context = { moveTo, lineTo, beginPath: () => undefined, setLineDash: () => undefined, stroke: () => undefined };
  const line = new OverlayLine({});
  line.update({ bars, barSpacing: 10, visibleRange: { from, to } }, { color: "red", lineWidth: 1, isDashed: false });
  const scope = { context, horizontalPixelRatio: 1, verticalPixelRatio: 1 };
  line.renderer().draw({ useBitmapCoordinateSpace: (draw) => draw(scope) }, (price) => price);
  return steps;
}

for (const stale of [NaN, 700]) {
  test(`it runs to the bars out of sight at both sides, though the library has them at ${stale}`, () => {
    const steps = [["move", -5, 2], ["line", 5, 3], ["line", 15, 4], ["line", 25, 5]];
    assert.deepEqual(drawn([1, 2, 3, 4, 5, 6], { from: 2, to: 4, stale }), steps);
  });
}

test("it begins where its values do, and leaves a hole where it has none", () => {
  const steps = [["move", 15, 3], ["move", 35, 4], ["line", 45, 5]];
  assert.deepEqual(drawn([undefined, undefined, 3, undefined, 4, 5], { from: 1, to: 6, stale: NaN }), steps);
});

test("nothing is drawn where no bar is in sight", () => {
  assert.deepEqual(drawn([1, 2], { from: 2, to: 2, stale: NaN }), []);
});
