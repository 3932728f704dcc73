import assert from "node:assert/strict";
import { test } from "node:test";
import { boundsAround, changesOf, gridGiven, missingOf, valuesOf } from "../../../templates/static/grids/form/grid_given.js";
import { grid, parameters } from "./fixtures.js";

const TYPED = {
  ...{ pair: "BTC/USDT", lower_price: "90,000", upper_price: "98000", grid_count: "4", spacing: "arithmetic" },
  ...{ sizing: "investment", size: "1000", fee: "0.1", trigger_price: "", stop_loss: "", take_profit: "" },
};

test("it gives a grid as the server takes it, and leaves out what isn't typed", () => {
  assert.deepEqual(gridGiven(TYPED), {
    ...{ pair: "BTC/USDT", lower_price: 90_000, upper_price: 98_000, grid_count: 4, spacing: "arithmetic" },
    ...{ investment: 1000, fee_rate: "0.001" },
  });
  const other = gridGiven({ ...TYPED, sizing: "order_size", size: "0.002", stop_loss: "88000", fee: "" });
  assert.deepEqual([other.order_size, other.stop_loss, "investment" in other, "fee_rate" in other], [0.002, 88_000, false, false]);
});

test("it gives the account where one is chosen, and a former grid's is chosen again", () => {
  assert.equal(gridGiven({ ...TYPED, account: "acc_b" }).account, "acc_b");
  assert.equal(valuesOf(grid({ account: "acc_b" })).account, "acc_b");
});

test("it leaves what is no number to the server's words", () => {
  assert.deepEqual([gridGiven({ ...TYPED, lower_price: "soon" }).lower_price, gridGiven({ ...TYPED, fee: "much" }).fee_rate], ["soon", "much %"]);
});

test("it asks for no preview before the four that are required are typed", () => {
  assert.deepEqual(missingOf(TYPED), []);
  assert.deepEqual(missingOf({ ...TYPED, lower_price: " ", grid_count: "" }), ["lower_price", "grid_count"]);
});

test("a former grid fills the form with what starts the same again", () => {
  const { pair, ...values } = valuesOf(grid());
  assert.deepEqual([pair, gridGiven({ ...TYPED, ...values })], ["BTCUSDT", { ...gridGiven(TYPED), account: "acc_abcdefghijkl" }]);
  const sized = valuesOf(grid({ parameters: parameters({ investment: null, order_size: 0.002 }) }));
  assert.deepEqual([sized.sizing, sized.size], ["order_size", "0.002"]);
});

test("a change names only what differs, and takes away what was emptied", () => {
  const former = parameters({ stop_loss: 88_000 });
  const typed = { lower_price: "90000.00", upper_price: "99000", grid_count: "4", spacing: "geometric", investment: "1,000", stop_loss: "", take_profit: "" };
  assert.deepEqual(changesOf(former, typed), { upper_price: 99_000, spacing: "geometric", stop_loss: null });
  assert.deepEqual(changesOf(parameters(), { lower_price: "90000", take_profit: "" }), {});
  assert.deepEqual(changesOf(parameters({ trigger_price: 93_000 }), { trigger_price: "94000" }), { trigger_price: 94_000 });
});

test("bounds around a price are what the market takes", () => {
  assert.deepEqual(boundsAround(95_116.09, 2, 0.01), { lower_price: "93213.77", upper_price: "97018.41" });
  assert.deepEqual(boundsAround(0.000012, 5, "0.0000001"), { lower_price: "0.0000114", upper_price: "0.0000126" });
  assert.deepEqual(boundsAround(0.01, 99.9, 0.01).lower_price, "0.01");
});
