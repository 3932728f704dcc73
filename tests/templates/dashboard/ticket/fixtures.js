import { ExactDecimal } from "../../../../templates/static/shared/exact_decimal.js";
import { quoteOf } from "../../../../templates/static/dashboard/ticket/order_estimate.js";

export const INFO = { symbol: "BTCUSDT", base: "BTC", quote: "USDT", status: "TRADING", tickSize: 0.01, stepSize: 0.00001, minNotional: 5 };
export const QUOTE = quoteOf({ bid: 96999.99, ask: 97000, price: 97000 });
export const RATES = { maker: ExactDecimal.of("0.0008"), taker: ExactDecimal.of("0.001") };
export const TICK = ExactDecimal.of(INFO.tickSize);
export const STEP = ExactDecimal.of(INFO.stepSize);

/** What is typed for a limit order, or for another one. */
export function typed(other = {}) {
  return {
    ...{ side: "buy", kind: "limit", isPostOnly: false, timeInForce: "gtc", price: "95000", stopPrice: "", size: "0.1" },
    ...{ sizing: "quantity", account: "" },
    ...other,
  };
}

/** An order as the server tells it. */
export function order(other = {}) {
  return {
    ...{ id: "ord_1", clientOrderId: "web-1", account: "acc_1", symbol: "BTCUSDT", side: "buy", type: "limit", timeInForce: "gtc" },
    ...{ price: 95000, stopPrice: null, quantity: 0.1, quoteQuantity: null, filled: 0, averagePrice: null, status: "new" },
    ...{ reason: null, instance: null, timestamp: "2026-11-20T12:00:00.000Z" },
    ...other,
  };
}
