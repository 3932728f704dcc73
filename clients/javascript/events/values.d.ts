/**
 * What events of several kinds tell alike.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */

/** Who made a market event: an exchange, the simulator, or we ourselves, of several exchanges' prices. */
export type Source = "binance" | "combined" | "coinbase" | "kraken" | "simulator";

/** The side of a trade's taker. */
export type Side = "buy" | "sell";

/** What a signal advises. */
export type Action = "buy" | "sell" | "hold";

/**
 * How an order is executed.
 *
 * `STOP` becomes a market order, and `STOP_LIMIT` a limit order, once the market has reached the stop price.
 * `LIMIT_MAKER` is refused where it would be executed at once (post-only).
 */
export type OrderType = "market" | "limit" | "stop" | "stop_limit" | "limit_maker";

/** What may be ordered: everything, only what makes a position smaller, or nothing. */
export type TradingLevel = "active" | "reduce_only" | "halted";
