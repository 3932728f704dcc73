import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_ENDED, MOST_FILLS, OwnOrders } from "../../../../templates/static/shared/trading/own_orders.js";
import { filled, order } from "./fixtures.js";

const ids = (orders) => [...orders.open.keys()];

test("an order rests until it is filled or cancelled, and what was executed of it is a fill that a cancellation leaves alone", () => {
  const orders = new OwnOrders();
  orders.take(order());
  orders.take(filled("ord_a", 0.001, 5, { status: "partially_filled" }));
  assert.deepEqual([ids(orders), orders.fills.map(({ order, amount, price }) => [order, amount, price])], [["ord_a"], [["ord_a", 0.001, 94_000.5]]]);
  const [{ time }] = orders.fills;
  orders.take(filled("ord_a", 0.001, 60, { status: "cancelled" }));
  assert.deepEqual([ids(orders), orders.fills.map((fill) => fill.time), orders.ended.get("ord_a").status], [[], [time], "cancelled"]);
});

test("after a new subscription it drops what rested before and isn't told again", () => {
  const orders = new OwnOrders();
  for (const id of ["ord_a", "ord_b"]) orders.take(order({ id }));
  orders.begin();
  orders.take(order({ id: "ord_b" }));
  orders.take(order({ id: "ord_c" }));
  orders.settle();
  assert.deepEqual(ids(orders), ["ord_b", "ord_c"]);
});

test("what ended while nobody told of it is told by the orders of the past, as far as they go", () => {
  const orders = new OwnOrders();
  for (const id of ["ord_a", "ord_b", "ord_c", "ord_d"]) orders.take(order({ id }));
  orders.begin();
  orders.take(order({ id: "ord_d" }));
  const before = [order({ id: "ord_c" }), filled("ord_a", 0.002, 60), order({ id: "ord_d", status: "cancelled" })];
  orders.takePast(before); // that ord_d rests was told since
  orders.settle();
  const became = [...orders.ended].map(([id, { status }]) => [id, status]);
  assert.deepEqual([ids(orders), became], [["ord_d"], [["ord_a", "filled"]]]);
});

test("orders of the past bring fills, never orders that rest, and none goes back behind what was told live", () => {
  const orders = new OwnOrders();
  orders.take(filled("ord_a", 0.002, 9));
  orders.takePast([order({ id: "ord_b" }), filled("ord_a", 0.001, 3, { status: "partially_filled" }), filled("ord_c", 0.1, 1)]);
  assert.deepEqual([ids(orders), orders.fills.map(({ order, amount }) => [order, amount])], [[], [["ord_a", 0.002], ["ord_c", 0.1]]]);
});

test("fills are the newest first, and no more than so many are kept of them, and of what became of orders", () => {
  const orders = new OwnOrders();
  for (let number = 0; number < MOST_FILLS + 5; number += 1) orders.take(filled(`ord_${number}`, 1, number));
  const { fills } = orders;
  assert.deepEqual([fills.length, fills[0].order, fills.at(-1).order], [MOST_FILLS, `ord_${MOST_FILLS + 4}`, "ord_5"]);
  assert.equal(orders.ended.size, MOST_ENDED);
});
