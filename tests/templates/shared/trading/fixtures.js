/** What the server says of orders and accounts, as the tests of the pages take it. */

export const START = Date.parse("2026-11-23T12:00:00.000Z");

export function order(changes = {}) {
  return {
    ...{ id: "ord_a", clientOrderId: "one", account: "acc_a", symbol: "BTCUSDT", side: "buy", type: "limit", timeInForce: "gtc" },
    ...{ price: 94_000, stopPrice: null, quantity: 0.002, quoteQuantity: null, filled: 0, averagePrice: null, status: "new" },
    ...{ reason: null, instance: null, timestamp: new Date(START).toISOString() },
    ...changes,
  };
}

export function filled(id, amount, seconds, changes = {}) {
  const timestamp = new Date(START + seconds * 1000).toISOString();
  return order({ id, filled: amount, averagePrice: 94_000.5, status: "filled", timestamp, ...changes });
}

export function account(changes = {}) {
  return {
    ...{ account: "acc_a", name: "Main", default: true, mode: "paper", demo: true, trading: "active", limits: {} },
    ...{ maker_fee: 0.001, taker_fee: 0.001, cancel_all_at: null, created: new Date(START).toISOString() },
    ...{ balances: [{ asset: "USDT", free: 100_000, locked: 0 }], timestamp: new Date(START).toISOString() },
    ...changes,
  };
}

export function portfolio(positions = []) {
  return { equity: 100_000, balance: 100_000, unrealizedPnl: 0, realizedPnl: 0, positions, drawdown: 0, timestamp: new Date(START).toISOString() };
}
