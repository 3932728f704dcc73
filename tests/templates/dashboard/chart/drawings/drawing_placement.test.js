import "../../../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";

const { DrawingBar } = await import("../../../../../templates/static/dashboard/chart/drawings/drawing_bar.js");
const { DrawingPlacement } = await import("../../../../../templates/static/dashboard/chart/drawings/drawing_placement.js");

const added = [];
const POINTS = [{ time: 5, price: "1" }, { time: 6, price: "2" }];
const ground = /** @type {any} */ ({ middle: () => POINTS });
const area = document.getElementById("drawing-handles").parentElement;
let now = /** @type {any} */ (ground);
const placement = new DrawingPlacement(new DrawingBar(() => {}), () => now, {
  add: ({ kind, points }, options) => added.push({ kind, points, ...options }),
  changed: () => {},
});
const inTheMiddle = () => document.querySelector("#drawing-bar-actions button").click();

test("the bar says what to pick, and puts a whole drawing into the middle for who can't point", () => {
  placement.begin("trend");
  assert.deepEqual([placement.isOn, area.dataset.drawing], [true, "trend"]);
  assert.match(document.getElementById("drawing-bar-text").textContent, /pick the first point/);
  inTheMiddle();
  assert.deepEqual(added, [{ kind: "trend", points: POINTS, focuses: true }]);
});

test("where no point can be, nothing is added", () => {
  added.length = 0;
  now = undefined;
  placement.begin("trend");
  inTheMiddle();
  assert.deepEqual(added, []);
});

test("what was begun is left, also twice", () => {
  placement.begin("horizontal");
  placement.end();
  placement.end();
  assert.deepEqual([placement.isOn, placement.draft, area.dataset.drawing], [false, [], undefined]);
});
