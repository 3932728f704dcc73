/** What the server says of live strategies, as the tests of the page take it. */

export const START = Date.parse("2026-11-22T12:00:00.000Z");
export const MINUTE = 60_000;
export const MARKET = { base: "BTC", quote: "USDT", decimals: 2 };

export const KIND = {
  name: "rsi_reversion",
  title: "RSI reversion",
  description: "Buys what has fallen too far.",
  parameters: [
    { name: "period", title: "Period", type: "integer", default: 14, minimum: 2, maximum: 500, description: "candles" },
    { name: "oversold", title: "Oversold", type: "decimal", default: 30, minimum: 1, maximum: 50, description: "" },
  ],
};

export function signal(changes = {}) {
  return { action: "buy", price: 94_000, confidence: 0.6, reason: "RSI 28 is below 30", timestamp: START + MINUTE, ...changes };
}

export function strategy(changes = {}) {
  return {
    ...{ id: "strat_abcdefghijkl", account: "acc_a", strategy: "rsi_reversion", title: "RSI reversion", symbol: "BTCUSDT", interval: "1m" },
    ...{ state: "running", reason: null, traceback: null, parameters: { period: 10, oversold: 30 }, invested: 500, current_price: 94_500 },
    ...{ position: 0.005, active_buy_orders: 1, active_sell_orders: 0, realized_pnl: 4.5, unrealized_pnl: -1.25, equity: 503.25, fees: 0.5 },
    ...{ last_signal: "buy", signals: [signal()], public: false, backtest_id: null, created: START, started: START, ended: null },
    ...changes,
  };
}

export function backtest(changes = {}) {
  return {
    ...{ id: "bt_a", kind: "run", state: "completed", reason: null, strategy: "rsi_reversion", title: "RSI reversion", symbol: "BTCUSDT", interval: "1m" },
    ...{ start: START, end: START + 60 * MINUTE, params: { period: 10, oversold: 30 }, initial_capital: 500, fee_rate: 0.001, slippage: 0.0005 },
    ...{ progress: null, created: START, started: START, ended: START, metrics: { total_return: 0.0125, max_drawdown: 0.01, sharpe: 1.5, trades: 4, win_rate: 0.5, fees: 1 } },
    ...changes,
  };
}

/** An order of a live run or of a backtest, as a comparison tells it. */
export function comparedOrder(changes = {}) {
  return {
    ...{ number: 1, placed_at: START + 5 * MINUTE + 250, side: "buy", type: "market", state: "filled", quantity: 0.5, quote_amount: null },
    ...{ price: null, stop_price: null, filled: 0.5, average_price: 101, filled_at: START + 5 * MINUTE + 400, reason: "" },
    ...changes,
  };
}

export function comparison(changes = {}) {
  const totals = { signals: 3, orders: 2, executed_orders: 1, fills: 1, turnover: 50.5, fees: 0.05, realised: 0 };
  const limit = { type: "limit", side: "sell", placed_at: START + 7 * MINUTE, quantity: 1, price: 99, filled: 0, average_price: null, filled_at: null };
  const rejected = comparedOrder({ ...limit, number: 0, state: "rejected", reason: "the limit is 1" });
  const orders = [
    { time: START + 5 * MINUTE, kinds: ["other_price", "other_quantity"], cause: "order_book", live: comparedOrder(), backtest: comparedOrder({ placed_at: START + 5 * MINUTE - 1, filled: 0.6, average_price: 100 }), gain: -0.5 },
    { time: START + 7 * MINUTE, kinds: ["other_outcome"], cause: "held_back", live: rejected, backtest: comparedOrder({ ...limit }), gain: null },
  ];
  const signals = [{ time: START + 2 * MINUTE, kinds: ["only_backtest"], cause: "not_asked", live: null, backtest: { time: START + 2 * MINUTE, action: "sell", confidence: 0.7, reason: "it fell" } }];
  const line = (last) => ({ times: [START, START + 60 * MINUTE], equity: [1_000, last] });
  return {
    ...{ strategy_id: "strat_abcdefghijkl", backtest: backtest(), lines: { live: line(1_010), backtest: line(1_012.5) }, start: START, end: START + 60 * MINUTE },
    ...{ signals_start: START, signals_end: START + 60 * MINUTE, live_totals: totals, backtest_totals: { ...totals, signals: 4 }, same_orders: 3, same_signals: 2 },
    ...{ price_gain: -0.5, kinds: { other_price: 1 }, orders, order_count: 2, signals, signal_count: 1, settings: [{ name: "params.fast", live: "3", backtest: "5" }] },
    ...{ not_asked: [{ start: START + MINUTE, end: START + 3 * MINUTE, is_missing: false }], not_asked_count: 1, delay: { orders: 2, median: 400, longest: 900 } },
    ...{ live_fills: [], backtest_fills: [] },
    ...changes,
  };
}
