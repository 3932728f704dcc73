import assert from "node:assert/strict";
import { test } from "node:test";
import { fillMarks } from "../../../templates/static/shared/chart/market/chart_marks.js";
import { isActive, profitOf, withKnownPrice, withNews } from "../../../templates/static/shared/trading/instances/instance_news.js";
import { changeEffects, changedGiven } from "../../../templates/static/grids/shown/change_effects.js";
import { logLineOf } from "../../../templates/static/shared/trading/instances/event_text.js";
import { fillsOf, restingOf } from "../../../templates/static/shared/trading/instances/fills.js";
import { changeSentences, gridFigures, parameterRows, rowTexts, titleOf } from "../../../templates/static/grids/shown/grid_text.js";
import { stateAndReason } from "../../../templates/static/shared/trading/instances/instance_text.js";
import { profitCurve } from "../../../templates/static/shared/trading/instances/profit_curve.js";
import { isStored, storedLines } from "../../../templates/static/shared/trading/instances/stored_lines.js";
import { MARKET, MINUTE, START, grid, order, parameters, preview } from "./fixtures.js";

const news = (kind, data, event = "update") => ({ channel: `grid.grid_abcdefghijkl.${kind}`, event, data });

test("a grid is as the last status, profit and lifecycle say, and no late status brings a stopped one back", () => {
  const status = { id: "grid_a", state: "running", reason: null, current_price: 95_000, position: 0.0075, active_buy_orders: 1, active_sell_orders: 3, realized_pnl: 6, unrealized_pnl: 2, equity: 1008, fees: 1.1 };
  const after = withNews(grid(), news("status", status));
  assert.deepEqual([after.current_price, after.position, after.active_sell_orders, after.cycles, profitOf(after)], [95_000, 0.0075, 3, 1, 8]);
  assert.equal(withNews(after, news("pnl", { grid_id: "a", cycles: 2, realized_pnl: 7 })).cycles, 2);
  const stopped = withNews(after, news("lifecycle", { state: "stopped", reason: "user", lines: null }, "stopped"));
  assert.deepEqual([stopped.state, stopped.reason, isActive(stopped)], ["stopped", "user", false]);
  assert.equal(withNews(stopped, news("status", status)).state, "stopped");
  assert.equal(withNews(stopped, news("order", {})), stopped);
  assert.equal(profitOf(grid({ unrealized_pnl: null })), null);
});

test("figures at the market's price stay as they were told while a read knows none", () => {
  const unpriced = grid({ current_price: null, unrealized_pnl: null, equity: null, cycles: 4 });
  const shown = withKnownPrice(unpriced, grid({ current_price: 95_000, unrealized_pnl: 2, equity: 1_008 }));
  assert.deepEqual([shown.current_price, shown.unrealized_pnl, shown.equity, shown.cycles], [95_000, 2, 1_008, 4]);
  assert.equal(withKnownPrice(unpriced, null), unpriced);
  assert.equal(withKnownPrice(grid({ current_price: 96_000 }), shown).current_price, 96_000);
});

test("it says in words how a grid is, and why", () => {
  assert.equal(stateAndReason(grid({ state: "paused", reason: "exchange_down" })), "Paused: the exchange is away; it goes on by itself once prices are back");
  assert.equal(stateAndReason(grid({ state: "error", reason: "Too little money is free" })), "Failed: Too little money is free");
  assert.deepEqual([stateAndReason(grid()), titleOf(grid())], ["Running", "BTCUSDT 90000 – 98000"]);
  const figures = Object.fromEntries(gridFigures(grid(), MARKET).map(({ name, value, direction }) => [name, [value, direction]]));
  assert.deepEqual([figures.Profit, figures.Unrealised, figures["Open orders"], figures.Position], [["+3.25", "up"], ["−1.25", "down"], ["2 buys · 2 sells", "flat"], ["0.005 BTC", "flat"]]);
  assert.deepEqual(gridFigures(grid({ unrealized_pnl: null, equity: null, current_price: null }), MARKET).filter(({ value }) => value === "–").length, 4);
  assert.deepEqual(parameterRows(grid()).find(([name]) => name === "Fee"), ["Fee", "0.1%"]);
});

test("of a grid that is paid in a coin, what it earns and costs in a day is seen", () => {
  const small = grid({ symbol: "ETHBTC", invested: 0.05, equity: 0.05001, realized_pnl: 0.000012, unrealized_pnl: -0.000002, fees: 0.000005 });
  const coins = { base: "ETH", quote: "BTC", decimals: 5 };
  const figures = Object.fromEntries(gridFigures(small, coins).map(({ name, value }) => [name, value]));
  assert.deepEqual([figures.Profit, figures.Unrealised, figures.Fees, figures.Invested], ["+0.00001000", "−0.00000200", "0.00000500 BTC", "0.05000000 BTC"]);
  assert.match(rowTexts(small, "").more, /fees 0\.00000500 ·/);
  assert.match(changeEffects(small, { investment: 1_000.004 }, preview(), coins).join(" "), /It takes 0\.00400000 BTC more.*It has realised 0\.00001200 so far/);
});

test("it says what a change did", () => {
  const change = { updated: { upper_price: [98_000, 99_000], stop_loss: [null, 88_000] }, rebuilt: true };
  assert.deepEqual(changeSentences(change), ["Upper price: 98000 → 99000.", "Stop loss: none → 88000.", "Its lines were drawn anew, and its orders placed again."]);
  assert.deepEqual(changeSentences({ updated: {}, rebuilt: false }), ["Nothing was changed."]);
});

test("before it is changed it says what that will do to its lines, its orders and its money", () => {
  const changes = { upper_price: 99_000, investment: 1_500 };
  assert.deepEqual(changeEffects(grid(), changes, preview({ warnings: [{ code: "INSUFFICIENT_BALANCE", field: "investment", message: "none" }] }), MARKET), [
    "Its lines are drawn anew: 5 lines between 90,000.00 and 98,000.00.",
    "Its open orders (2 buys · 2 sells) are cancelled, and about 2 buy orders and 2 sell orders of about 0.0025 BTC each are placed, as far as what it holds allows.",
    "Each buy and sell of a pair of lines earns 1.860% to 2.022% after fees.",
    "It takes 500.00 USDT more of your paper account.",
    "It has realised 4.50 so far, which stays.",
  ]);
  assert.match(changeEffects(grid(), { investment: 400 }, preview(), MARKET).join(" "), /Up to 600\.00 USDT go back/);
  const sized = grid({ parameters: parameters({ investment: null, order_size: 0.01 }), invested: 950 });
  assert.match(changeEffects(sized, { investment: 1000 }, preview(), MARKET).join(" "), /It takes 50\.00 USDT more/);
  assert.doesNotMatch(changeEffects(sized, { order_size: 0.02 }, preview(), MARKET).join(" "), /USDT/);
  assert.deepEqual(changeEffects(grid(), { stop_loss: 88_000 }, preview(), MARKET)[0], "Its lines and its orders stay as they are.");
  assert.match(changeEffects(grid(), {}, null, MARKET)[0], /nothing yet/);
});

test("a grid that waits is changed as one that begins at its trigger", () => {
  const waiting = grid({ state: "waiting_trigger", started: null, parameters: parameters({ trigger_price: 90_100 }) });
  assert.match(changeEffects(waiting, { upper_price: 99_000 }, preview(), MARKET)[1], /^Once it begins, about 0 buy orders and 4 sell orders/);
  assert.deepEqual(changedGiven(waiting, { stop_loss: 88_000 }), {
    ...{ lower_price: 90_000, upper_price: 98_000, grid_count: 4, spacing: "arithmetic", investment: 1000, fee_rate: 0.001 },
    ...{ trigger_price: 90_100, stop_loss: 88_000, pair: "BTCUSDT", account: "acc_abcdefghijkl" },
  });
  assert.equal("trigger_price" in changedGiven(grid({ parameters: parameters({ trigger_price: 90_100 }) }), {}), false, "it has begun");
});

test("its log begins with what is stored of it, and tells nothing of that again", () => {
  const fills = [{ order: "a", time: START + MINUTE, side: "buy", price: 92_000, amount: 0.0025 }];
  const told = (state, time, reason, id = grid().id) => ({ title: "", body: "", data: { grid: id, state, reason, time } });
  const notifications = [told("paused", START + 2 * MINUTE, "exchange_down"), told("running", START + 10, null), told("stopped", START, "user", "grid_other")];
  const lines = storedLines(grid({ ended: new Date(START + 3 * MINUTE).toISOString(), reason: "user" }), fills, notifications, 2);
  assert.deepEqual(lines.map(({ text }) => text), [
    ...["Stopped: by hand", "Paused: the exchange is away; it goes on by itself once prices are back", "Bought 0.0025 at 92,000.00", "Started", "Created"],
  ]);
  const at = (kind, event, time, data) => isStored(lines, { channel: `grid.${grid().id}.${kind}`, event, timestamp: time, data });
  assert.deepEqual([at("trade", "executed", START + MINUTE, { order_id: "a" }), at("trade", "executed", START + 2 * MINUTE, { order_id: "a" })], [true, false]);
  assert.deepEqual([at("lifecycle", "paused", START + 2 * MINUTE, {}), at("lifecycle", "paused", START + 4 * MINUTE, {}), at("order", "placed", START, {})], [true, false, false]);
});

test("its fills are those of its orders, oldest first, and what rests are its open ones", () => {
  const orders = [order({ id: "b", filled: 0.0025, averagePrice: 92_001, timestamp: START + MINUTE }), order({ id: "a", side: "buy", price: null, filled: 0.005, averagePrice: 94_000 }), order({ id: "c" })];
  assert.deepEqual(fillsOf(orders).map(({ order: id, time, price }) => [id, time, price]), [["a", START, 94_000], ["b", START + MINUTE, 92_001]]);
  assert.deepEqual(restingOf(orders), [{ price: 92_000, side: "buy" }, { price: 92_000, side: "buy" }]);
});

test("fills are marks on their candles, those of a candle at one price as one", () => {
  const fills = [{ time: START + 70_000, side: "sell", price: 96_000 }, { time: START + 1, side: "buy", price: 92_000 }, { time: START + 2, side: "buy", price: 92_000 }, { time: 1, side: "buy", price: 1 }];
  const candleOf = (time) => (time < START ? undefined : time - ((time - START) % MINUTE));
  const marks = fillMarks(fills, candleOf, { up: "green", down: "red" });
  assert.deepEqual(marks.map(({ time, shape, color, price }) => [Number(time) - START / 1000, shape, color, price]), [[0, "arrowUp", "green", 92_000], [60, "arrowDown", "red", 96_000]]);
});

test("profit over time is what fills and fees came to, and what is held at each close", () => {
  const fills = [{ order: "a", time: START, side: "buy", price: 100, amount: 2 }, { order: "b", time: START + 2 * MINUTE, side: "sell", price: 110, amount: 1 }];
  const candles = [90, 100, 105, 120].map((close, index) => ({ time: START + (index - 1) * MINUTE, close }));
  const options = { feeRate: 0.001, length: MINUTE, anchor: null };
  const curve = profitCurve(fills, candles, options).map(({ time, profit }) => [(time - START) / MINUTE, Number(profit.toFixed(6))]);
  assert.deepEqual(curve, [[1, -0.2], [2, 9.8], [3, 29.69]]);
  assert.deepEqual(profitCurve([], candles, options), []);
});

test("where not all fills are known the curve ends with what the server tells", () => {
  const fills = [{ order: "b", time: START, side: "sell", price: 110, amount: 1 }];
  const anchor = { profit: 29.69, position: 1, price: 120 };
  const [point] = profitCurve(fills, [{ time: START, close: 120 }], { feeRate: 0.001, length: MINUTE, anchor });
  assert.equal(Number(point.profit.toFixed(6)), 29.69);
});

test("its log tells fills, orders, refusals and its life, and nothing twice", () => {
  const line = (kind, data, event) => logLineOf(news(kind, data, event), 2);
  assert.deepEqual(line("trade", { side: "buy", amount: 0.001, price: 94_000, fee: 0.094, fee_asset: "USDT" }, "executed"), { kind: "buy", text: "Bought 0.001 at 94,000.00, fee 0.094 USDT" });
  assert.equal(line("order", { side: "sell", amount: 0.001, price: 95_000 }, "placed").text, "Order placed: sell 0.001 at 95,000.00");
  assert.equal(line("order", { side: "buy", amount: 0, price: null }, "placed").text, "Order placed: buy at the market");
  assert.equal(line("order", {}, "filled"), null);
  assert.deepEqual(line("risk", { passed: false, check: "open_orders", code: "TOO_MANY_OPEN_ORDERS", message: "there are 200 open orders" }, "rejected"), { kind: "bad", text: "Order refused: there are 200 open orders" });
  assert.equal(line("risk", { passed: true, check: "price", message: "", code: null }, "check"), null);
  assert.deepEqual(line("lifecycle", { state: "paused", reason: "exchange_down" }, "paused").kind, "quiet");
  assert.equal(line("status", {}), null);
});
