import assert from "node:assert/strict";
import { test } from "node:test";
import { addPart } from "../page_in_node.js";
import { settled } from "../settled.js";
import { backtest, result, trade } from "./fixtures.js";

addPart("../../backtests/includes/result.html");
const { TradeTable } = await import("../../../templates/static/backtests/result/trade_table.js");

const ALL = Array.from({ length: 450 }, (_, index) => trade(index + 1));
/** What was asked for and isn't answered yet, oldest first. */
const asked = [];
const requests = /** @type {any} */ ({
  trades: (_id, offset, limit) =>
    new Promise((resolve, refuse) => asked.push({ offset, answer: () => resolve(ALL.slice(offset, offset + limit)), refuse })),
});
const table = new TradeTable(requests, () => undefined);
const more = document.getElementById("trade-more");
const numbers = () => [...document.querySelectorAll("#trade-rows tr")].map((row) => Number(row.dataset.trade));

const show = (id) => table.show(result({ backtest: backtest({ id }), trades: ALL.slice(250), trade_count: ALL.length }), 0.01);

test("older trades come once each, however often they are asked for before they are there", async () => {
  show("bt_a");
  for (const offset of [50, 0]) {
    more.click();
    more.click();
    assert.deepEqual(asked.map((each) => each.offset), [offset]);
    asked.shift().answer();
    await settled();
  }
  assert.deepEqual(numbers(), ALL.map(({ number }) => number).toReversed());
  assert.equal(more.hidden, true);
});

test("they can be asked for again after a refusal, and where another run is shown meanwhile", async () => {
  show("bt_a");
  more.click();
  asked.shift().refuse(Object.assign(new Error("the server can't be reached"), { code: "unreachable" }));
  await settled();
  more.click();
  const late = asked.shift();
  show("bt_b");
  more.click();
  late.answer();
  await settled();
  more.click();
  assert.deepEqual([numbers().length, asked.map((each) => each.offset)], [200, [50]]);
  asked.shift().answer();
  await settled();
  assert.equal(numbers().length, 400);
});

test("profits and fees have the decimals of the run's quote asset", () => {
  const money = () => [...document.querySelectorAll("#trade-rows td")].slice(5, 8).map((cell) => cell.textContent);
  table.show(result({ trades: [trade(1)], trade_count: 1 }), 0.01);
  assert.deepEqual(money(), ["+1.10", "+0.11%", "0.90"]);
  table.show(result({ backtest: backtest({ symbol: "ETHBTC" }), trades: [trade(1, { profit: -0.00004, fees: 0.000005 })], trade_count: 1 }), 0.00001);
  assert.deepEqual(money(), ["−0.00004000", "+0.11%", "0.00000500"]);
});
