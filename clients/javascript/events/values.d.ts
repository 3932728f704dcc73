/**
 * What events of several kinds tell alike.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */

/** Who made a market event. */
export type Source = "binance" | "simulator";

/** The side of a trade's taker. */
export type Side = "buy" | "sell";

/** What a signal advises. */
export type Action = "buy" | "sell" | "hold";
