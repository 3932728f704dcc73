import "../../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { TurnoverOrder } from "../../../../templates/static/dashboard/markets/turnover_order.js";

const MARKETS = ["ADA", "BTC", "ETH", "NEW"].map((symbol) => ({ symbol }));
const overview = (volumes, told = volumes) => /** @type {any} */ ({ volumes, symbols: told.map((symbol) => ({ symbol })) });
const names = (markets) => markets.map(({ symbol }) => symbol).join(" ");
const panel = document.getElementById("overview");

mock.timers.enable({ apis: ["setTimeout"] });

beforeEach(() => {
  panel.hidden = false;
});

/** Await an order, and count how often it was told. */
function awaited(order) {
  const act = mock.fn();
  order.await(act);
  return () => act.mock.callCount();
}

test("markets stand by turnover, and those that the overview doesn't tell of as they came", () => {
  const order = new TurnoverOrder();
  assert.equal(names(order.sorted(MARKETS)), "ADA BTC ETH NEW");
  assert.equal(order.hear(overview(["BTC"], ["ADA", "BTC"])), true);
  assert.equal(names(order.sorted(MARKETS)), "BTC ADA ETH NEW");
  assert.equal(order.hear(overview(["ADA"], ["ADA", "BTC"])), false);
  assert.equal(names(order.sorted(MARKETS)), "BTC ADA ETH NEW");
});

test("what waits for the order is called once, with the first overview or at once where one has come", () => {
  const order = new TurnoverOrder();
  const calls = awaited(order);
  assert.equal(calls(), 0);
  order.hear(overview(["BTC"]));
  order.hear(overview(["BTC", "ETH"]));
  mock.timers.tick(2_000);
  assert.deepEqual([calls(), awaited(order)()], [1, 1]);
});

test("nothing waits longer than two seconds, nor where the exchange has no overview", () => {
  const order = new TurnoverOrder();
  const calls = awaited(order);
  mock.timers.tick(1_999);
  assert.equal(calls(), 0);
  mock.timers.tick(1);
  assert.equal(calls(), 1);
  panel.hidden = true;
  assert.equal(awaited(new TurnoverOrder())(), 1);
});
