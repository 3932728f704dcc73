import assert from "node:assert/strict";
import { test } from "node:test";
import { changesText, limitFields, limitsGiven, usedPart, usedText } from "../../../templates/static/trading_accounts/limits/limit_text.js";

const NONE = { order_size: null, position_size: null, open_orders: null, price_collar: null, orders_per_second: null, daily_loss: null };
const USED = { positions: [{ asset: "BTC", value: 1_903.42 }], open_orders: 1, orders_per_second: 2, daily_loss: 120.5 };

test("what stands in the fields is what the server has, and goes back to it digit for digit", () => {
  const limits = { ...NONE, order_size: 5_000.25, price_collar: 0.125, open_orders: 20 };
  const fields = limitFields(limits);
  assert.deepEqual(fields, { order_size: "5000.25", position_size: "", open_orders: "20", price_collar: "12.5", orders_per_second: "", daily_loss: "" });
  assert.deepEqual(limitsGiven(fields), { order_size: "5000.25", open_orders: "20", price_collar: "0.125" });
  assert.deepEqual(limitsGiven({ ...limitFields(NONE), order_size: "1 000,000.10", daily_loss: "soon" }), { order_size: "1000000.10", daily_loss: "soon" });
});

test("per cent without a digit before or behind their point are as many per cent", () => {
  const collars = [".5", "+5", "5."].map((typed) => limitsGiven({ ...limitFields(NONE), price_collar: typed }).price_collar);
  assert.deepEqual(collars, ["0.005", "0.05", "0.05"]);
  const before = limitFields({ ...NONE, price_collar: 0.005 });
  assert.deepEqual(changesText(before, { ...before, price_collar: ".5" }), []);
});

test("it says what would change, and nothing of what stays", () => {
  const before = limitFields({ ...NONE, order_size: 5_000, price_collar: 0.1 });
  assert.deepEqual(changesText(before, { ...before, order_size: "5,000" }), []);
  assert.deepEqual(changesText(before, { ...before, order_size: "", price_collar: "5", open_orders: "3" }), [
    "Largest order: 5000 of quote → none.",
    "Open orders: none → 3.",
    "Price collar: 10 % → 5 %.",
  ]);
});

test("it says what is used of each, whether or not there is a limit", () => {
  assert.equal(usedText("open_orders", USED, null, "USDT"), "Now: 1 order open");
  assert.equal(usedText("open_orders", { ...USED, open_orders: 2 }, 20, "USDT"), "Now: 2 orders of 20 open");
  assert.equal(usedText("orders_per_second", USED, 5, "USDT"), "Within the last second: 2 orders of 5");
  assert.equal(usedText("daily_loss", USED, 500, "USDT"), "Lost today: 120.50 of 500.00");
  assert.equal(usedText("daily_loss", { ...USED, daily_loss: -30 }, 500, "USDT"), "Lost today: nothing (gained: 30.00)");
  assert.equal(usedText("position_size", USED, 3_000, "USDT"), "Largest now: BTC, 1,903.42 of 3,000.00");
  assert.equal(usedText("position_size", { ...USED, positions: [] }, 3_000, "USDT"), "Now: nothing held or being bought");
  const unknown = [...USED.positions, { asset: "ETH", value: null }];
  assert.equal(usedText("position_size", { ...USED, positions: unknown }, null, "USDT"), "Largest now: BTC, 1,903.42. No price is known of ETH");
  assert.deepEqual(["order_size", "price_collar"].map((name) => usedText(/** @type {any} */ (name), USED, 1, "USDT")), ["", ""]);
});

test("amounts of an account in coins have the decimals of its asset, and a limit all its digits", () => {
  const used = { ...USED, positions: [{ asset: "ETH", value: 0.00213 }], daily_loss: 0.00012 };
  assert.equal(usedText("daily_loss", used, 0.005, "BTC"), "Lost today: 0.00012000 of 0.00500000");
  assert.equal(usedText("daily_loss", { ...used, daily_loss: -0.0003 }, null, "BTC"), "Lost today: nothing (gained: 0.00030000)");
  assert.equal(usedText("position_size", used, 0.0025, "BTC"), "Largest now: ETH, 0.00213000 of 0.00250000");
  assert.equal(usedText("daily_loss", USED, 0.125, "USDT"), "Lost today: 120.50 of 0.125");
  assert.equal(usedText("open_orders", USED, 20, "BTC"), "Now: 1 order of 20 open");
});

test("the part that is used is between nothing and all, and unknown where there is nothing to measure by", () => {
  assert.deepEqual([usedPart("open_orders", USED, 4), usedPart("daily_loss", USED, 100), usedPart("daily_loss", { ...USED, daily_loss: -9 }, 100)], [0.25, 1, 0]);
  assert.deepEqual([usedPart("open_orders", USED, null), usedPart("order_size", USED, 5), usedPart("position_size", { ...USED, positions: [] }, 5)], [null, null, null]);
});
