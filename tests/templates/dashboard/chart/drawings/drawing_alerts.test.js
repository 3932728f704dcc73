import assert from "node:assert/strict";
import { test } from "node:test";
import { DrawingAlerts, levelOf } from "../../../../../templates/static/dashboard/chart/drawings/drawing_alerts.js";
import { newDrawing } from "../../../../../templates/static/dashboard/chart/drawings/drawing_values.js";

const [EARLY, LATE] = [{ time: 1_790_000_000_000, price: "64000.10" }, { time: 1_790_003_600_000, price: "65000" }];
const LEVEL = { ...newDrawing("horizontal", [EARLY]), rule: 7 };
const TREND = { ...newDrawing("trend", [LATE, EARLY]), rule: 8 };
const BOX = newDrawing("rectangle", [EARLY, LATE]);
const asServed = ({ time, price }) => ({ time: new Date(time).toISOString(), price: Number(price) });
const RULES = [
  { id: 7, symbol: "BTCUSDT", name: "Mine", source: "price", operator: "crossing", threshold: 64000.1, enabled: true, state: "armed", conditions: [{}] },
  {
    ...{ id: 8, symbol: "BTCUSDT", name: "BTCUSDT crosses the line 64,000.10 → 65,000.00", source: "price", operator: "crossing" },
    ...{ line: { start: asServed(EARLY), end: asServed(LATE) }, enabled: true, state: "armed" },
  },
];

const known = (rules = RULES) => {
  const told = [];
  const alerts = { create: (begun) => told.push(begun), rules: { all: rules, update: async (given) => told.push(given), delete: async (id) => told.push({ deleted: id }) }, onRules: () => undefined };
  return { told, alerts: new DrawingAlerts(/** @type {any} */ (alerts)) };
};

test("a level is compared with its price, a trend line from its earlier point to its later one", () => {
  assert.deepEqual(levelOf(LEVEL), { threshold: "64000.10" });
  assert.deepEqual(levelOf(TREND), { line: { start: EARLY, end: LATE } });
});

test("one alert hangs on a line, and none on a box", () => {
  const { alerts, told } = known();
  assert.deepEqual([LEVEL, TREND, BOX, { ...LEVEL, rule: null }, { ...LEVEL, rule: 9 }].map((each) => alerts.mayCreate(each)), [false, false, false, true, true]);
  assert.deepEqual([...alerts.belled([LEVEL, TREND, BOX])], [LEVEL.id, TREND.id]);
  alerts.create({ ...TREND, rule: null }, () => undefined);
  assert.deepEqual(told[0].line, { start: EARLY, end: LATE });
});

test("one that is done hangs on nothing any more", () => {
  const { alerts } = known(RULES.map((rule) => ({ ...rule, state: "expired" })));
  assert.deepEqual([...alerts.belled([LEVEL, TREND])], []);
});

test("it is left behind where the line goes elsewhere, not where it is the same in other words", () => {
  const { alerts } = known();
  const moved = (drawing, price) => ({ ...drawing, points: drawing.points.map((point) => ({ ...point, price })) });
  assert.deepEqual([LEVEL, moved(LEVEL, "64000.1"), moved(LEVEL, "64001"), TREND, moved(TREND, "64001")].map((each) => alerts.isLeftBehind(each)), [false, false, true, false, true]);
});

test("moved with its line it is named by where that is now, unless the reader has named it", async () => {
  const { alerts, told } = known();
  assert.equal(await alerts.follow({ ...LEVEL, points: [{ ...EARLY, price: "64001.00" }] }, 0.01), "");
  const later = { ...LATE, price: "66000" };
  assert.equal(await alerts.follow({ ...TREND, points: [EARLY, later] }, 0.01), "");
  assert.deepEqual(told, [
    { id: 7, threshold: "64001.00" },
    { id: 8, line: { start: EARLY, end: later }, name: "BTCUSDT crosses the line 64,000.10 → 66,000.00" },
  ]);
});

test("the alert of a line that is deleted can go, too, and says so where that is refused", async () => {
  const { alerts, told } = known();
  assert.deepEqual([await alerts.remove(LEVEL), await alerts.remove(BOX), told], ["", "", [{ deleted: 7 }]]);
  const refusal = Object.assign(new Error("The server can't be reached"), { code: "unreachable" });
  const refused = { rules: { all: RULES, delete: () => Promise.reject(refusal) } };
  assert.equal(await new DrawingAlerts(/** @type {any} */ (refused)).remove(LEVEL), "The server can't be reached");
});
