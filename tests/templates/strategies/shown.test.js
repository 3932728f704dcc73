import assert from "node:assert/strict";
import { test } from "node:test";
import { signalMarks } from "../../../templates/static/shared/chart/market/chart_marks.js";
import { logLineOf } from "../../../templates/static/shared/trading/instances/event_text.js";
import { withNews } from "../../../templates/static/shared/trading/instances/instance_news.js";
import { stateAndReason } from "../../../templates/static/shared/trading/instances/instance_text.js";
import { isStored, storedLines } from "../../../templates/static/shared/trading/instances/stored_lines.js";
import { feeRateOf, lastSignalText, offeredIn, parameterRows, rowTexts, strategyFigures, titleOf } from "../../../templates/static/strategies/shown/strategy_text.js";
import { MARKET, MINUTE, START, signal, strategy } from "./fixtures.js";

const news = (kind, data, event = "update") => ({ channel: `strategy.strat_abcdefghijkl.${kind}`, event, data });

test("it says in words what a strategy is, how it is, and why", () => {
  assert.equal(titleOf(strategy()), "RSI reversion on BTCUSDT, 1m");
  assert.equal(stateAndReason(strategy({ state: "warming_up" })), "Warming up");
  assert.match(stateAndReason(strategy({ state: "paused", reason: "missing_candles" })), /^Paused: candles are missing/);
  assert.equal(stateAndReason(strategy({ state: "error", reason: "ZeroDivisionError: division by zero" })), "Failed: ZeroDivisionError: division by zero");
  assert.deepEqual(rowTexts(strategy(), "Second").more, "Second · last advice buy · fees 0.50 · open: 1 buy · 0 sells");
  assert.deepEqual(rowTexts(strategy({ active_buy_orders: 0 }), "").more, "last advice buy · fees 0.50");
  assert.equal(rowTexts(strategy({ symbol: "ETHBTC", fees: 0.000005, active_buy_orders: 0 }), "").more, "last advice buy · fees 0.00000500");
  assert.deepEqual(parameterRows(strategy()), [["Period", "10"], ["Oversold", "30"]]);
  const figures = Object.fromEntries(strategyFigures(strategy(), MARKET).map(({ name, value }) => [name, value]));
  assert.deepEqual([figures.Profit, figures["Last advice"], figures.Position], ["+3.25", "buy", "0.005 BTC"]);
});

test("it offers what its state allows", () => {
  const offered = (state) => Object.entries(offeredIn(state)).filter(([, isOffered]) => isOffered).map(([id]) => id);
  assert.deepEqual(["running", "paused", "error", "stopping"].map(offered), [["strategy-pause", "strategy-stop"], ["strategy-resume", "strategy-stop"], ["strategy-stop"], []]);
});

test("a status tells its last advice, and by its profit what it is worth", () => {
  const unpriced = strategy({ invested: 500, realized_pnl: -18.5, unrealized_pnl: null, equity: null });
  const told = withNews(unpriced, news("status", { state: "running", last_signal: "sell", unrealized_pnl: -0.5 }));
  assert.deepEqual([told.last_signal, told.equity], ["sell", 481]);
  assert.equal(withNews(unpriced, news("status", { state: "running" })).equity, null);
});

test("a signal is told with its reason, and once", () => {
  assert.match(lastSignalText(signal(), 2), /Signal: buy at 94,000\.00, 60% sure: RSI 28 is below 30$/);
  assert.equal(lastSignalText(undefined, 2), "It has advised nothing yet.");
  assert.deepEqual(logLineOf(news("signal", signal({ action: "hold", reason: "" })), 2), { kind: "quiet", text: "Signal: hold at 94,000.00, 60% sure" });
  const lines = storedLines(strategy({ started: null }), [], [], 2, [signal()]);
  assert.deepEqual(lines.map(({ kind }) => kind), ["buy", "quiet"]);
  const told = (time) => isStored(lines, { ...news("signal", signal(), "generated"), timestamp: time });
  assert.deepEqual([told(START + MINUTE), told(START + 2 * MINUTE)], [true, false]);
});

test("a signal is a mark beside the candle at whose close it was given, advice to hold none", () => {
  const candleOf = (time) => (time < START ? undefined : time - ((time - START) % MINUTE));
  const signals = [signal({ action: "sell", timestamp: START + 2 * MINUTE }), signal(), signal(), signal({ action: "hold" }), signal({ timestamp: 5 })];
  const marks = signalMarks(signals, candleOf, { up: "green", down: "red" }).map(({ time, text, position }) => [Number(time) - START / 1000, text, position]);
  assert.deepEqual(marks, [[0, "B", "belowBar"], [60, "S", "aboveBar"]]);
});

test("what its fills cost is reckoned from its fees", () => {
  const fills = [{ price: 100, amount: 2 }, { price: 300, amount: 1 }];
  assert.deepEqual([feeRateOf(strategy({ fees: 0.5 }), /** @type {any} */ (fills)), feeRateOf(strategy({ fees: 0 }), [])], [0.001, 0]);
});
