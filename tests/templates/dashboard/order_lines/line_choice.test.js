import assert from "node:assert/strict";
import { test } from "node:test";
import { countsText, linePrice, namedKeys, ordersOf } from "../../../../templates/static/dashboard/order_lines/line_choice.js";

const order = (id, price, more = {}) => /** @type {any} */ ({ id, symbol: "BTCUSDT", price, stopPrice: null, instance: null, ...more });

test("the lines are those of the market's orders that have a price, nearest to the market first", () => {
  const orders = [order("far", 80), order("near", 99), order("stop", null, { stopPrice: 104 }), order("grid", 98, { instance: "grid_a" })];
  const others = [order("market", null), order("other", 99, { symbol: "ETHUSDT" })];
  const { byHand, ofGrids } = ordersOf([...orders, ...others], "BTCUSDT", 100);
  assert.deepEqual([byHand.map(({ id }) => id), ofGrids.map(({ id }) => id)], [["near", "stop", "far"], ["grid"]]);
  assert.equal(linePrice(order("stop limit", 103, { stopPrice: 104 })), 104);
});

test("of many lines those that matter most are named, none over another", () => {
  const places = Array.from({ length: 50 }, (_, index) => ({ key: `${index}`, y: index * 10 }));
  const named = [...namedKeys(places)].map(Number);
  assert.deepEqual(named, [0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33]);
  assert.deepEqual([...namedKeys([{ key: "a", y: null }, { key: "b", y: 5 }])], ["b"]);
});

test("what isn't drawn is counted", () => {
  const counts = (above, below, ofGrids) => countsText({ above, below, ofGrids });
  assert.equal(counts(0, 0, 0), "");
  assert.equal(counts(2, 0, 40), "Orders out of sight: 2 above. Orders of grids: 40");
  assert.equal(counts(1, 3, 41), "Orders out of sight: 1 above, 3 below. Orders of grids: 41, the 40 nearest are drawn");
});
