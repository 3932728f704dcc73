import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf, hintsOf } from "../../../../templates/static/dashboard/ticket/order_rules.js";
import { orderGiven } from "../../../../templates/static/dashboard/ticket/order_values.js";
import { INFO, QUOTE, typed } from "./fixtures.js";

test("it gives an order of each type what that takes, digit for digit", () => {
  const common = { symbol: "BTCUSDT", side: "buy" };
  const prices = { price: "95,000.10", stopPrice: "98000" };
  assert.deepEqual(orderGiven(typed(prices), "BTCUSDT"), { ...common, type: "limit", quantity: "0.1", price: "95000.10", time_in_force: "gtc" });
  assert.deepEqual(orderGiven(typed({ ...prices, isPostOnly: true }), "BTCUSDT"), { ...common, type: "limit_maker", quantity: "0.1", price: "95000.10" });
  assert.deepEqual(orderGiven(typed({ ...prices, kind: "stop" }), "BTCUSDT"), { ...common, type: "stop", quantity: "0.1", stop_price: "98000" });
  const stopLimit = { ...common, type: "stop_limit", quantity: "0.1", price: "95000.10", stop_price: "98000", time_in_force: "ioc" };
  assert.deepEqual(orderGiven(typed({ ...prices, kind: "stop_limit", timeInForce: "ioc", isPostOnly: true }), "BTCUSDT"), stopLimit);
  const amount = typed({ ...prices, kind: "market", sizing: "quote_quantity", size: "1 000.50", account: "acc_2" });
  assert.deepEqual(orderGiven(amount, "BTCUSDT"), { ...common, type: "market", quote_quantity: "1000.50", account: "acc_2" });
});

test("it leaves out what isn't typed, and leaves what is no number to the server", () => {
  assert.deepEqual(orderGiven(typed({ size: " ", price: "soon" }), "BTCUSDT"), {
    ...{ symbol: "BTCUSDT", side: "buy", type: "limit", price: "soon", time_in_force: "gtc" },
  });
});

test("it tells the symbol's rules before anything is sent", () => {
  assert.deepEqual(hintsOf(typed(), INFO), { price: "In steps of 0.01 USDT", size: "At least 5 USDT, in steps of 0.00001 BTC" });
  assert.equal(hintsOf(typed({ kind: "market", sizing: "quote_quantity" }), INFO).size, "At least 5 USDT");
  assert.deepEqual(hintsOf(typed(), { ...INFO, tickSize: null, stepSize: null, minNotional: null }), { price: "", size: "" });
});

test("it tells the least quantity where that is more than a step, and refuses what is less, or more than the greatest", () => {
  const info = { ...INFO, minQuantity: 0.0001, maxQuantity: 2 };
  assert.equal(hintsOf(typed(), info).size, "At least 0.0001 BTC and 5 USDT, in steps of 0.00001 BTC");
  assert.equal(hintsOf(typed(), { ...info, minNotional: null }).size, "At least 0.0001 BTC, in steps of 0.00001 BTC");
  assert.equal(hintsOf(typed(), { ...info, minQuantity: 0.00001 }).size, "At least 5 USDT, in steps of 0.00001 BTC");
  assert.deepEqual(faultsOf(typed({ size: "0.00009" }), info, QUOTE), { quantity: "the order is for 0.00009 BTC; the least is 0.0001" });
  assert.deepEqual(faultsOf(typed({ size: "0.0001" }), info, QUOTE), {});
  assert.deepEqual(faultsOf(typed({ size: "2.00001" }), info, QUOTE), { quantity: "the order is for 2.00001 BTC; the most is 2" });
  const amount = typed({ kind: "market", sizing: "quote_quantity", size: "9.69" });
  assert.deepEqual(faultsOf(amount, info, QUOTE), { quote_quantity: "the order is for 0.00009 BTC; the least is 0.0001" });
  assert.deepEqual(faultsOf({ ...amount, size: "9.7" }, info, QUOTE), {});
});

test("it says in the server's words what the market doesn't take, each at its field", () => {
  const off = { price: "95000.001", size: "0.000001" };
  assert.deepEqual(faultsOf(typed(off), INFO, QUOTE), {
    price: "price must be a multiple of 0.01",
    quantity: "quantity must be a multiple of 0.00001",
  });
  assert.deepEqual(faultsOf(typed({ kind: "stop_limit", stopPrice: "-1", price: "x", size: "0" }), INFO, QUOTE), {
    price: "price must be a number",
    stop_price: "stop_price must be greater than 0",
    quantity: "quantity must be greater than 0",
  });
  assert.deepEqual(faultsOf(typed({ size: "0.00005" }), INFO, QUOTE), { quantity: "the order is worth 4.75 USDT; the least is 5" });
  const amount = typed({ kind: "market", sizing: "quote_quantity", size: "4.9", price: "1.001" });
  assert.deepEqual(faultsOf(amount, INFO, QUOTE), { quote_quantity: "the order is worth 4.9 USDT; the least is 5" });
  assert.deepEqual(faultsOf(typed({ size: "", price: "" }), INFO, QUOTE), {});
});
