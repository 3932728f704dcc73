/** Prices of symbols. */
import { useChannels } from "./channels.js";
import { useSystem } from "./system_context.js";

/** @typedef {import("../../protocol.js").Price} Price */
/**
 * @typedef {object} PriceSubscription
 * @property {string[]} symbols such as `BTCUSDT`; may be another list in each rendering
 * @property {boolean} [enabled] whether to subscribe (true)
 * @property {number} [throttleMilliseconds] at most one update of a symbol in so many ms
 */

/**
 * Follow prices. `prices` goes from symbol to data; it is loading until each symbol has a price or was refused.
 *
 * @param {PriceSubscription & import("./system_context.js").Address} options
 * @returns {{prices: Map<string, Price>, loading: boolean, error: import("./channels.js").Refusal | undefined}}
 */
export function usePriceSubscription({ symbols, enabled = true, throttleMilliseconds, ...address }) {
  const system = useSystem(address);
  const { data, loading, error } = useChannels(system, {
    channels: symbols.map((symbol) => `price:${symbol}`),
    enabled,
    subscription: { throttleMilliseconds },
    initial: (before) => only(symbols, before),
    apply: (prices, frame) => new Map(prices).set(String(frame.channel).slice("price:".length), frame.data),
  });
  return { prices: data, loading, error };
}

/**
 * What is known already of the symbols that stay.
 *
 * @param {string[]} symbols
 * @param {Map<string, Price>} [prices]
 */
function only(symbols, prices = new Map()) {
  return new Map([...prices].filter(([symbol]) => symbols.includes(symbol)));
}
