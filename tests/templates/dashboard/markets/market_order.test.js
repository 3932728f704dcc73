import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder, orderAfter } from "../../../../templates/static/dashboard/markets/market_order.js";

const VALUES = {
  A: { price: 2, changePercent24h: -1, volume24h: 5 },
  B: { price: 9, changePercent24h: 3, volume24h: 5 },
  C: { price: 1, changePercent24h: null, volume24h: 7 },
};
const MARKETS = ["C", "D", "A", "B"].map((symbol) => ({ symbol }));
const ordered = (order) => inOrder(MARKETS, order, (symbol) => VALUES[symbol]).map(({ symbol }) => symbol).join("");

test("a head orders by its column, then the other way round, then by turnover again", () => {
  const first = orderAfter(null, "change");
  const second = orderAfter(first, "change");
  assert.deepEqual([first, second, orderAfter(second, "change")], [
    { column: "change", isDescending: true },
    { column: "change", isDescending: false },
    null,
  ]);
  assert.deepEqual(orderAfter(second, "market"), { column: "market", isDescending: false });
});

test("markets stand by name or value, those that are alike as they stood, and those without a value last either way", () => {
  assert.equal(ordered(null), "CDAB");
  assert.equal(ordered({ column: "market", isDescending: false }), "ABCD");
  assert.equal(ordered({ column: "price", isDescending: true }), "BACD");
  assert.equal(ordered({ column: "price", isDescending: false }), "CABD");
  assert.equal(ordered({ column: "volume", isDescending: true }), "CABD");
  assert.equal(ordered({ column: "change", isDescending: true }), "BACD");
  assert.equal(ordered({ column: "change", isDescending: false }), "ABCD");
});
