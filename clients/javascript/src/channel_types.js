/**
 * The type of the events on a channel, by what stands before its first colon.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */
export const CHANNEL_TYPES = new Map([
  ["price", "price"],
  ["quotes", "price"],
  ["ticker", "ticker"],
  ["klines", "kline"],
  ["kline", "kline"],
  ["trades", "trade"],
  ["trade", "trade"],
  ["depth", "depth"],
  ["market", "overview"],
  ["notifications", "notification"],
  ["alerts", "alert"],
  ["signals", "signal"],
  ["portfolio", "portfolio"],
  ["orders", "order"],
  ["account", "account"],
  ["wallet", "wallet"],
  ["tx", "transaction"],
  ["blocks", "block"],
]);

/** Channels, by what stands before their first colon, on which events are told of which every one counts. */
export const SEQUENCE_CHANNELS = new Set([
  "klines",
  "kline",
  "trades",
  "trade",
  "notifications",
  "alerts",
  "signals",
  "orders",
  "wallet",
  "tx",
  "blocks",
]);
