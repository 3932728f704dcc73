import assert from "node:assert/strict";
import { test } from "node:test";
import { countsText, linePrice, ordersOf, placesOfWords } from "../../../../templates/static/dashboard/order_lines/line_choice.js";

const order = (id, price, more = {}) => /** @type {any} */ ({ id, symbol: "BTCUSDT", price, stopPrice: null, instance: null, ...more });

test("the lines are those of the market's orders that have a price, nearest to the market first", () => {
  const orders = [order("far", 80), order("near", 99), order("stop", null, { stopPrice: 104 }), order("grid", 98, { instance: "grid_a" })];
  const others = [order("market", null), order("other", 99, { symbol: "ETHUSDT" })];
  const { byHand, ofGrids } = ordersOf([...orders, ...others], "BTCUSDT", 100);
  assert.deepEqual([byHand.map(({ id }) => id), ofGrids.map(({ id }) => id)], [["near", "stop", "far"], ["grid"]]);
  assert.equal(linePrice(order("stop limit", 103, { stopPrice: 104 })), 104);
});

const CHART = { legend: 0, height: 600, apart: 30 };

test("of many lines those that matter most are named, none over another", () => {
  const lines = Array.from({ length: 50 }, (_, index) => ({ key: `${index}`, y: 20 + index * 10 }));
  const named = [...placesOfWords(lines, CHART).keys()].map(Number);
  assert.deepEqual(named, [0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33]);
  assert.deepEqual([...placesOfWords([{ key: "a", y: null }, { key: "b", y: 15 }], CHART)], [["b", 15]]);
});

test("words that would lie over the legend stand below it, in the order of their lines, and those of others at their lines", () => {
  const below = { legend: 40, height: 600, apart: 30 };
  const places = (...ys) => [...placesOfWords(ys.map((y, key) => ({ key: `${key}`, y })), below).values()];
  assert.deepEqual(places(10, 60, 300), [55, 300], "it matters more than what stands where its words are");
  assert.deepEqual(places(55, 10), [55, 85]);
  assert.deepEqual(places(30, 10, 20), [115, 55, 85]);
  assert.deepEqual(places(30, 10, 20, 25), [115, 55, 85], "more would hide the candles");
});

test("for a finger words are further apart, below the legend too", () => {
  const chart = { legend: 40, height: 600, apart: 44 };
  const places = (...ys) => [...placesOfWords(ys.map((y, key) => ({ key: `${key}`, y })), chart)];
  assert.deepEqual(places(100, 143), [["0", 100]]);
  assert.deepEqual(places(100, 144), [["0", 100], ["1", 144]]);
  assert.deepEqual(places(10, 20), [["0", 62], ["1", 106]]);
});

test("where the candles have no room below the legend, what lies behind it isn't named", () => {
  assert.deepEqual([...placesOfWords([{ key: "a", y: 10 }], { legend: 40, height: 69, apart: 30 })], []);
  assert.deepEqual([...placesOfWords([{ key: "a", y: 10 }], { legend: 40, height: 70, apart: 30 })], [["a", 55]]);
});

test("what isn't drawn is counted", () => {
  const counts = (above, below, ofGrids) => countsText({ above, below, ofGrids });
  assert.equal(counts(0, 0, 0), "");
  assert.equal(counts(2, 0, 40), "Orders out of sight: 2 above. Orders of grids: 40");
  assert.equal(counts(1, 3, 41), "Orders out of sight: 1 above, 3 below. Orders of grids: 41, the 40 nearest are drawn");
});
