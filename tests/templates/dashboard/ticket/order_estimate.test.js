import assert from "node:assert/strict";
import { test } from "node:test";
import { ExactDecimal } from "../../../../templates/static/shared/exact_decimal.js";
import {
  estimateOf,
  firstPrice,
  isTakenAtOnce,
  isTriggered,
  leftAfter,
  quoteOf,
  shareOf,
} from "../../../../templates/static/dashboard/ticket/order_estimate.js";
import { QUOTE, RATES, STEP, TICK, typed } from "./fixtures.js";

const FREE = { base: ExactDecimal.of("0.123456789"), quote: ExactDecimal.of("10000") };
const MARKET = { quote: QUOTE, rates: RATES, free: FREE, step: STEP, tick: TICK };

function estimated(values) {
  const estimate = estimateOf(values, QUOTE, RATES, STEP);
  return estimate && Object.fromEntries(Object.entries(estimate).map(([name, value]) => [name, typeof value === "boolean" ? value : String(value)]));
}

test("an order that waits costs its price and a maker's fee, one that is taken at once a taker's", () => {
  assert.deepEqual(estimated(typed()), {
    ...{ price: "95000", quantity: "0.1", value: "9500", rate: "0.0008", fee: "7.6", total: "9507.6", isAbout: false },
  });
  assert.equal(estimated(typed({ price: "97000" })).rate, "0.001");
  assert.equal(estimated(typed({ price: "97000", isPostOnly: true })).rate, "0.0008");
  assert.deepEqual([isTakenAtOnce(typed({ price: "97000" }), QUOTE), isTakenAtOnce(typed({ price: "97000.01", side: "sell" }), QUOTE)], [true, false]);
});

test("a market order is reckoned at what it meets, for a quantity or for an amount that its fee is part of", () => {
  const sold = estimated(typed({ side: "sell", kind: "market", size: "0.01" }));
  assert.deepEqual([sold.price, sold.total, sold.isAbout], ["96999.99", "969.0299001", true]);
  const bought = estimated(typed({ kind: "market", sizing: "quote_quantity", size: "1000" }));
  assert.deepEqual([bought.quantity, bought.total], ["0.01029", "999.12813"]);
  assert.equal(estimateOf(typed({ kind: "market" }), quoteOf(undefined), RATES, STEP), null);
  assert.equal(estimateOf(typed({ size: "" }), QUOTE, RATES, STEP), null);
});

test("it tells what is left of that which the order gives away", () => {
  const left = (values) => String(leftAfter(values, estimateOf(values, QUOTE, RATES, STEP), FREE));
  assert.deepEqual([left(typed()), left(typed({ side: "sell", size: "0.2" }))], ["492.4", "-0.076543211"]);
});

test("a share of what is free never needs more than there is", () => {
  assert.deepEqual(shareOf(typed({ side: "sell" }), 100, MARKET), { sizing: "quantity", size: "0.12345" });
  assert.deepEqual(shareOf(typed(), 100, MARKET), { sizing: "quantity", size: "0.10515" }); // with the higher fee, as is set aside
  assert.deepEqual(shareOf(typed({ kind: "market" }), 25, MARKET), { sizing: "quote_quantity", size: "2500" });
  assert.equal(shareOf(typed({ price: "" }), 50, MARKET), null);
});

test("it begins with the market's price, a stop's with one that is still to be reached", () => {
  const first = (side, field) => firstPrice(typed({ side }), field, QUOTE, TICK);
  assert.deepEqual([first("buy", "price"), first("buy", "stop_price"), first("sell", "stop_price")], ["97000", "97970", "96030"]);
  assert.equal(firstPrice(typed({ kind: "stop_limit" }), "price", QUOTE, TICK), "97970");
  assert.equal(firstPrice(typed(), "price", quoteOf(undefined), TICK), "");
  const stop = (side, stopPrice) => isTriggered(typed({ kind: "stop", side, stopPrice }), QUOTE);
  assert.deepEqual([stop("buy", "97000"), stop("buy", "97000.01"), stop("sell", "97000"), stop("sell", "96999.99")], [true, false, true, false]);
});
