/** What the server says of backtests, as the tests of the page take it. */

export const START = Date.parse("2026-11-21T00:00:00.000Z");
const MINUTE = 60_000;
const DAY = 86_400_000;

export const RSI = {
  name: "rsi_reversion",
  title: "RSI reversion",
  description: "Buys when the RSI leaves its low, sells when it leaves its high.",
  parameters: [
    { name: "period", title: "Period", type: "integer", default: 14, minimum: 2, maximum: 500, choices: [], description: "Candles of the RSI" },
    { name: "low", title: "Low", type: "decimal", default: 30, minimum: 1, maximum: 99, choices: [], description: "" },
    { name: "side", title: "Side", type: "choice", default: "long", minimum: null, maximum: null, choices: ["long", "both"], description: "" },
    { name: "exit_at_end", title: "Exit at the end", type: "boolean", default: true, minimum: null, maximum: null, choices: [], description: "" },
  ],
};

export function backtest(changes = {}) {
  return {
    ...{ id: "bt_abcdefghijkl", kind: "run", state: "completed", reason: "", strategy: "rsi_reversion", title: "RSI reversion" },
    ...{ symbol: "ETHUSDT", interval: "1m", start: new Date(START).toISOString(), end: new Date(START + DAY).toISOString() },
    ...{ params: { period: 14, low: 30, side: "long", exit_at_end: true }, initial_capital: 1000, fee_rate: 0.001, slippage: 0.0005 },
    ...{ fills: "through", progress: null, created: START + DAY, started: START + DAY, ended: START + DAY, metrics: null },
    ...changes,
  };
}

export function metrics(changes = {}) {
  return {
    ...{ final_equity: 1012.34, total_return: 0.01234, cagr: null, volatility: 0.31, sharpe: 1.23, sortino: 1.9, calmar: null },
    ...{ max_drawdown: 0.0214, max_drawdown_length: 7_260_000, exposure: 0.41, fees: 12.5, trades: 12, win_rate: 0.58 },
    ...{ profit_factor: 1.4, expectancy: 1.03, average_trade: 0.001, best_trade: 0.011, worst_trade: -0.008 },
    ...changes,
  };
}

export function trade(number, changes = {}) {
  const opened = START + number * 30 * MINUTE;
  return {
    ...{ number, opened, closed: opened + 12 * MINUTE, side: "long", quantity: 0.5, entry: 2000, exit: 2004, profit: 1.1 },
    ...{ profit_percent: 0.11, fees: 0.9, candles: 12 },
    ...changes,
  };
}

export function checks(changes = {}) {
  return {
    look_ahead: { verdict: "passed", cuts: 20, decisions: 14, differences: [] },
    warm_up: { verdict: "passed", candles: 15, histories: [500], decisions: 14, differences: [] },
    data_gaps: { verdict: "passed", candles: 1_440, missing: 0, gap_count: 0, gaps: [] },
    path_dependence: { verdict: "passed", fills: 24, dependent: 0, share: 0, finer_candles: 0 },
    ...changes,
  };
}

export function result(changes = {}) {
  const times = Array.from({ length: 4 }, (_, index) => START + index * MINUTE);
  return {
    ...{ backtest: backtest(), metrics: metrics(), intervals: { total_return: [-0.02, 0.05], sharpe: null } },
    benchmarks: { buy_and_hold: metrics({ total_return: -0.004 }), flat: metrics({ total_return: 0 }) },
    ...{ deflated_sharpe: 0.43, trials: 7 },
    equity: { times, equity: [1000, 1001, 999, 1002], drawdown: [0, 0, 0.002, 0], buy_and_hold: [1000, 999, 998, 997] },
    monthly: [{ year: 2026, months: [...Array(10).fill(null), 0.01234, null], total: 0.01234 }],
    ...{ trades: [trade(1), trade(2)], trade_count: 2, checks: checks(), refusals: [], refusal_count: 0, hash: "0f3a" },
    ...changes,
  };
}

export function sweep(changes = {}) {
  const axes = [{ name: "period", values: [7, 14, 21] }, { name: "low", values: [20, 30] }];
  const combinations = axes[0].values.flatMap((period) => axes[1].values.map((low) => ({ period, low })));
  const cells = combinations.map(({ period, low }, number) => {
    const came = metrics({ sharpe: period / 10 - low / 20, total_return: low / 1000 - 0.025 });
    return { number, parameters: { period, low }, metrics: came, error: "" };
  });
  const rest = { left_out: 0, walk_forward: null, warning: null, deflated_sharpe: 0.3, trials: 7 };
  return { backtest: backtest({ kind: "sweep" }), axes, cells, ...rest, ...changes };
}
