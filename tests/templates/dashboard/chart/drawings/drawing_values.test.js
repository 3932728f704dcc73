import assert from "node:assert/strict";
import { test } from "node:test";
import { isDrawing, isLine, nameOf, newDrawing, nextColour, withDrawing } from "../../../../../templates/static/dashboard/chart/drawings/drawing_values.js";
import { DrawingTool } from "../../../../../templates/static/dashboard/chart/drawings/drawing_tool.js";
import { KeptDrawings, MOST_SYMBOLS } from "../../../../../templates/static/dashboard/chart/drawings/kept_drawings.js";
import { PageMemory } from "../../../../../templates/static/shared/session/session_store.js";

const LEVEL = newDrawing("horizontal", [{ time: 5, price: "64000.10" }]);
const TREND = newDrawing("trend", [{ time: 5, price: "64000" }, { time: 9, price: "65000" }]);

test("a drawing keeps its prices as they were written, and takes the place of the one of its id", () => {
  assert.ok(isDrawing(JSON.parse(JSON.stringify(LEVEL))));
  const moved = { ...LEVEL, points: [{ time: 5, price: "64000.20" }] };
  assert.deepEqual(withDrawing([LEVEL, TREND], moved), [moved, TREND]);
  assert.deepEqual(withDrawing([LEVEL], TREND), [LEVEL, TREND]);
  assert.equal(nameOf(TREND, (price) => `$${price}`), "Trend line $64000 → $65000");
});

test("alerts hang on levels and on trend lines that aren't upright", () => {
  assert.deepEqual([LEVEL, TREND, newDrawing("rectangle", TREND.points)].map(isLine), [true, true, false]);
  assert.equal(isLine(newDrawing("trend", [{ time: 5, price: "1" }, { time: 5, price: "2" }])), false);
});

test("colours go round", () => {
  assert.equal(nextColour({ ...LEVEL, colour: "line-3" }), "line-4");
});

test("what anybody may have written into the browser's storage is no drawing", () => {
  const wrong = [null, 7, {}, { ...LEVEL, id: "<b>" }, { ...LEVEL, kind: "pie" }, { ...LEVEL, colour: "red" }, { ...LEVEL, rule: "7" }];
  const points = [[], TREND.points, [{ time: -1, price: "1" }], [{ time: 5, price: 64000 }], [{ time: 5, price: "0" }], [{ time: 5, price: "1e9" }]];
  for (const given of [...wrong, ...points.map((each) => ({ ...LEVEL, points: each }))]) assert.equal(isDrawing(given), false, JSON.stringify(given));
});

test("a tool gives a drawing once its points are placed, each once", () => {
  const tool = new DrawingTool();
  tool.take("trend");
  assert.equal(tool.text, "Trend line: pick the first point in the chart");
  assert.equal(tool.put(TREND.points[0]), null);
  assert.deepEqual(tool.draft, []);
  assert.equal(tool.put(TREND.points[0]), null);
  tool.point(TREND.points[1]);
  assert.deepEqual(tool.draft[0].points, TREND.points);
  assert.deepEqual(tool.put(TREND.points[1])?.points, TREND.points);
});

test("this browser keeps drawings by symbol, of two tabs none of another symbol is lost", () => {
  const storage = new PageMemory();
  const [one, other] = [new KeptDrawings(storage), new KeptDrawings(storage)];
  one.keep("BTCUSDT", [LEVEL]);
  other.keep("AAPLx/USD", [TREND]); // as Kraken lists it
  assert.deepEqual([one.of("BTCUSDT"), one.of("AAPLx/USD"), one.count], [[LEVEL], [TREND], 2]);
  one.keep("BTCUSDT", []);
  assert.deepEqual([...other.all.keys()], ["AAPLx/USD"]);
});

test("this browser keeps those of so many symbols, and reads no others", () => {
  const storage = new PageMemory();
  const kept = new KeptDrawings(storage);
  for (let index = 0; index <= MOST_SYMBOLS; index += 1) kept.keep(`S${index}`, [LEVEL]);
  assert.deepEqual([kept.all.size, kept.of("S0")], [MOST_SYMBOLS, []]);
  storage.setItem("tidewire.drawings", JSON.stringify({ BTCUSDT: [LEVEL, { kind: "pie" }], "<b>": [LEVEL], ETHUSDT: 7 }));
  assert.deepEqual([...kept.all], [["BTCUSDT", [LEVEL]]]);
  storage.setItem("tidewire.drawings", "{");
  assert.equal(kept.count, 0);
});

test("a browser without room says so", () => {
  const full = { getItem: () => null, removeItem: () => undefined, setItem: () => { throw new DOMException("full", "QuotaExceededError"); } };
  assert.equal(new KeptDrawings(full).keep("BTCUSDT", [LEVEL]), false);
});
