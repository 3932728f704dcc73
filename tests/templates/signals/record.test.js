import "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawnPoints, wilsonBounds, xOf, yOf } from "../../../templates/static/signals/record/calibration_points.js";
import { recordFigures, recordPoints, recordSentence, recordTitle, shownRecords } from "../../../templates/static/signals/record/record_text.js";
import { record } from "./fixtures.js";

const { showCalibration } = await import("../../../templates/static/signals/record/calibration_chart.js");

const given = (changes) => /** @type {any} */ ({ ...record(changes), version: null });

test("what is behind a count is bounded as Wilson has it", () => {
  const rounded = (part, count) => wilsonBounds(part, count).map((bound) => Math.round(bound * 1000) / 1000);
  assert.deepEqual(rounded(0.5, 10), [0.237, 0.763]); // by the formula, reckoned by hand
  assert.deepEqual([rounded(0, 5)[0], rounded(1, 5)[1], rounded(0.5, 0)], [0, 1, [0, 1]]);
  const [low, high] = wilsonBounds(0.5, 1000);
  assert.ok(high - low < 0.07);
});

test("points lie where they were said and came, more of them as larger circles, from left to right", () => {
  const points = drawnPoints([{ said: 0.8, came: 0.5, count: 4, independent: 4 }, { said: 0.2, came: 0.3, count: 100, independent: 100 }]);
  assert.deepEqual(points.map(({ x, y, count }) => [x, y, count]), [[xOf(0.2), yOf(0.3), 100], [xOf(0.8), yOf(0.5), 4]]);
  assert.ok(points[0].radius > points[1].radius);
  assert.ok(points[1].high < points[1].y && points[1].y < points[1].low, "upwards is less in a picture");
});

test("a number that would cover another point or its number is left to the table", () => {
  const close = [0.5, 0.51, 0.9].map((said) => ({ said, came: 0.5, count: 113, independent: 113 }));
  assert.deepEqual(drawnPoints(close).map(({ isNumbered }) => isNumbered), [true, false, true]);
  const above = [0.5, 0.53, 0.56].map((came) => ({ said: 0.5, came, count: 113, independent: 113 }));
  assert.deepEqual(drawnPoints(above).map(({ isNumbered }) => isNumbered), [true, false, true]);
});

test("the curve is drawn beside the diagonal with its counts, and told in a table", () => {
  const parent = document.createElement("div");
  showCalibration(parent, recordPoints(given()), { said: "How sure", came: "How right", of: "signals" });
  const svg = parent.querySelector("svg");
  assert.match(svg.getAttribute("aria-label"), /^How right against how sure/);
  assert.equal(svg.querySelectorAll(".diagonal, .curve, .point, .bounds").length, 4);
  assert.equal(svg.querySelector(".count").textContent, "60");
  assert.deepEqual([...parent.querySelectorAll("tbody th, tbody td")].map(({ textContent }) => textContent), ["65.0%", "51.7%", "39.3% to 63.8%", "60"]);
  showCalibration(parent, [], { said: "", came: "", of: "" });
  assert.deepEqual([parent.hidden, parent.children.length], [true, 0]);
});

test("where there are several versions each is told beside all of them together", () => {
  const learned = { model: "learned_direction", title: "Learned direction", horizon: "15m" };
  const versions = ["boosting 8", "boosting 7"].map((version) => ({ version, right: 2, wrong: 1, waiting: 0, hold: 0, independent: 3, hit_rate: 0.666667, brier_score: 0.2, calibration: [] }));
  const titles = (changes) => shownRecords(/** @type {any} */ (record({ ...learned, ...changes }))).map(recordTitle);
  assert.deepEqual(titles({ versions }), [
    "Learned direction on BTCUSDT, 15m (60 judged)",
    "Learned direction, version boosting 8, on BTCUSDT, 15m (3 judged)",
    "Learned direction, version boosting 7, on BTCUSDT, 15m (3 judged)",
  ]);
  assert.equal(titles({ versions: versions.slice(1) }).length, 1);
});

test("a record is told in words, with what chance allows", () => {
  assert.equal(recordTitle(given()), "RSI reversion on BTCUSDT, 1m (60 judged)");
  assert.match(recordSentence(given()), /^Of 60 signals that were judged 31 were right: 51\.7%; .* between 39\.3% and 63\.8% \(95%\)\. Chance alone could do that\.$/);
  assert.match(recordSentence(given({ right: 90, wrong: 10, independent: 100, hit_rate: 0.9 })), /That is more than chance explains\.$/);
  assert.match(recordSentence(given({ right: 10, wrong: 90, independent: 100, hit_rate: 0.1 })), /That is less than chance explains\.$/);
  assert.match(recordSentence(given({ right: 1, wrong: 0, independent: 1, hit_rate: 1 })), /^Of 1 signal that was judged 1 was right/);
  const overlapping = recordSentence(given({ right: 45, wrong: 15, hit_rate: 0.75, independent: 4 }));
  assert.match(overlapping, /75\.0% \(their horizons overlap: they count as 4\); .* between 30\.1% and 95\.4% \(95%\)\. Chance alone could do that\.$/);
  assert.equal(recordSentence(given({ hit_rate: null })), "None of its signals was judged yet.");
  assert.deepEqual(Object.fromEntries(recordFigures(given())), { "Hit rate": "51.7%", "Right, wrong": "31, 29", Waiting: "1", Hold: "2", "Brier score": "0.252" });
});
