/** What the server says of grids, as the tests of the page take it. */

export const START = Date.parse("2026-11-22T12:00:00.000Z");
export const MINUTE = 60_000;
export const MARKET = { base: "BTC", quote: "USDT", decimals: 2 };

export function preview(changes = {}) {
  return {
    ...{ lines: [90_000, 92_000, 94_000, 96_000, 98_000], order_size: 0.0025, net_percent: { min: 1.8596, max: 2.0222 } },
    ...{ capital: { base: 0.005, quote: 455.45, unused: 68.6 }, price: 94_500, warnings: [] },
    ...changes,
  };
}

export function parameters(changes = {}) {
  return {
    ...{ lower_price: 90_000, upper_price: 98_000, grid_count: 4, spacing: "arithmetic", investment: 1000, order_size: null },
    ...{ fee_rate: 0.001, trigger_price: null, stop_loss: null, take_profit: null },
    ...changes,
  };
}

export function grid(changes = {}) {
  return {
    ...{ id: "grid_abcdefghijkl", account: "acc_abcdefghijkl", symbol: "BTCUSDT", state: "running", reason: null },
    ...{ parameters: parameters(), invested: 1000, current_price: 94_500, position: 0.005, active_buy_orders: 2 },
    ...{ active_sell_orders: 2, realized_pnl: 4.5, unrealized_pnl: -1.25, equity: 1003.25, fees: 0.9, cycles: 1 },
    ...{ levels: [], created: new Date(START).toISOString(), started: new Date(START).toISOString(), ended: null },
    ...changes,
  };
}

export function level(number, changes = {}) {
  const lower = 90_000 + number * 2_000;
  return { level: number, lower_price: lower, upper_price: lower + 2_000, held: 0, buys: 1, sells: 0, reason: null, ...changes };
}

export function order(changes = {}) {
  return {
    ...{ id: "ord_a", clientOrderId: "grid-0-buy-1", symbol: "BTCUSDT", side: "buy", type: "limit", price: 92_000, quantity: 0.0025 },
    ...{ filled: 0, averagePrice: null, status: "new", timestamp: new Date(START).toISOString(), instance: "grid_abcdefghijkl" },
    ...changes,
  };
}
