import assert from "node:assert/strict";
import { test } from "node:test";
import { HEIGHT, WIDTH, newestKnown, pathOf, totalText, valueText } from "../../../templates/static/operations/history_line.js";

test("a line goes from zero at the bottom to the greatest on top, over the whole width", () => {
  assert.equal(pathOf([0, 50]), `M0.0,${(HEIGHT - 1).toFixed(1)}h0.1L${WIDTH.toFixed(1)},1.0`);
});

test("it is interrupted where nothing is known, and a value alone is a dot", () => {
  const path = pathOf([1, null, 2, 2, null, 3]);
  assert.equal(path.match(/M/g).length, 3);
  assert.equal(path.match(/L/g).length, 1);
});

test("a figure that was never anything lies at the bottom", () => {
  assert.ok(pathOf([0, 0]).endsWith(`,${(HEIGHT - 1).toFixed(1)}`));
});

test("values are told with their units", () => {
  assert.equal(valueText("count", 1234), "1,234");
  assert.equal(valueText("per_second", 12.34), "12.3");
  assert.equal(valueText("milliseconds", 3.25), "3.3 ms");
  assert.equal(valueText("bytes", 4100), "4.1 kB");
  assert.equal(valueText("count", null), "–");
});

test("all steps together are the most, the least or the sum, as the figure is", () => {
  const series = (summary) => ({ name: "", title: "", unit: "count", summary, values: [2, null, 5] });
  assert.deepEqual(["greatest", "least", "mean", "sum"].map((each) => totalText(series(each))), ["most 5", "least 2", "most 5", "altogether 7"]);
  assert.equal(totalText({ ...series("sum"), values: [null] }), "");
});

test("the newest step is the last of which anything is known", () => {
  assert.equal(newestKnown([{ values: [1, null, null] }, { values: [null, 2, null] }]), 1);
  assert.equal(newestKnown([{ values: [null] }]), 0);
  assert.equal(newestKnown([]), 0);
});
