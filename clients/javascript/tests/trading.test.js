import assert from "node:assert/strict";
import { test } from "node:test";
import { Trading } from "../src/trading.js";

/** Trading on a client that notes the commands, and answers all alike. */
function trading(answer) {
  const asked = [];
  const command = async (...what) => {
    asked.push(what);
    return answer;
  };
  return { asked, trading: new Trading({ command }) };
}

test("it sends each command with its parameters", async () => {
  const { asked, trading: my } = trading({});
  const order = { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: 1, price: "94000.10" };
  const grid = { pair: "BTC-USDT", lower_price: 90000, upper_price: 100000, grid_count: 10 };
  await my.placeOrder(order);
  await my.cancelOrder({ client_order_id: "mine" });
  await my.previewGrid(grid);
  await my.startGrid(grid);
  await my.stopGrid("grid_a", { close_position: true });
  await my.pauseGrid("grid_a");
  await my.resumeGrid("grid_a");
  await my.updateGrid("grid_a", { stop_loss: 80000 });
  await my.grid("grid_a");
  await my.account();
  await my.account("acc_1");
  await my.killSwitch({ action: "activate", reason: "enough" });
  assert.deepEqual(asked, [
    ["order.place", order],
    ["order.cancel", { client_order_id: "mine" }],
    ["grid.preview", grid],
    ["grid.start", grid],
    ["grid.stop", { id: "grid_a", close_position: true }],
    ["grid.pause", { id: "grid_a" }],
    ["grid.resume", { id: "grid_a" }],
    ["grid.update_params", { id: "grid_a", params: { stop_loss: 80000 } }],
    ["grid.get", { id: "grid_a" }],
    ["account.get", {}],
    ["account.get", { account: "acc_1" }],
    ["system.kill_switch", { scope: "user", action: "activate", reason: "enough" }],
  ]);
});

test("it gives what an answer holds", async () => {
  const { asked, trading: my } = trading({ cancelled: 3, at: 1_700_000_000_000, items: [{ id: "a" }] });
  assert.equal(await my.cancelOrders({ symbol: "BTCUSDT" }), 3);
  assert.equal(await my.cancelAllAfter(60), 1_700_000_000_000);
  assert.deepEqual(await my.orders({ open: true }), [{ id: "a" }]);
  assert.deepEqual(await my.grids(), [{ id: "a" }]);
  assert.deepEqual(asked, [
    ["order.cancel_all", { symbol: "BTCUSDT" }],
    ["order.cancel_all_after", { seconds: 60 }],
    ["order.list", { open: true }],
    ["grid.list", {}],
  ]);
});
