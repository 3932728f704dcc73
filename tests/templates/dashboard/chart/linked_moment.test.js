import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "../../page_in_node.js";
import { LinkedMoment } from "../../../../templates/static/dashboard/chart/linked_moment.js";

let canvas;
let asked;
let marked;
let missed;
let moment;

beforeEach(() => {
  canvas = document.getElementById("chart-canvas");
  delete canvas.dataset.firing;
  [asked, marked, missed] = [[], [], []];
  const chart = { older: (first) => asked.push(first), mark: (at) => marked.push(at), miss: (isMissed) => missed.push(isMissed) };
  moment = new LinkedMoment(chart);
});

test("older candles are read until its own is there, and then it is marked, once", () => {
  moment.begin(70_000);
  moment.seek(undefined);
  moment.seek(180_000);
  assert.deepEqual([asked, marked, moment.isSought], [[180_000], [null], true]);
  moment.seek(60_000);
  moment.seek(60_000);
  assert.deepEqual([marked, moment.isSought, canvas.dataset.firing], [[null, 70_000], false, "70000"]);
});

test("one that is too long ago is given up after 20 pages, or where there are no older candles, which is told until the next choice", () => {
  moment.begin(1);
  for (let page = 0; page < 21; page += 1) moment.seek(180_000);
  assert.deepEqual([asked.length, marked, missed, moment.isSought], [20, [null], [false, true], false]);
  moment.begin(1);
  moment.seek(180_000);
  moment.seek(120_000, { isOldest: true });
  assert.deepEqual([asked.length, missed, moment.isSought], [21, [false, true, false, true], false]);
  assert.equal(canvas.dataset.firing, undefined);
});

test("the next choice leaves it, which is told once", () => {
  moment.begin(70_000);
  moment.seek(60_000);
  moment.begin(undefined);
  moment.seek(60_000);
  assert.deepEqual([marked, canvas.dataset.firing], [[null, 70_000, null], undefined]);
  assert.deepEqual([moment.isLeft(), moment.isLeft()], [true, false]);
});
