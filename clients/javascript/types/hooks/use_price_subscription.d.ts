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
export function usePriceSubscription({ symbols, enabled, throttleMilliseconds, ...address }: PriceSubscription & import("./system_context.js").Address): {
    prices: Map<string, Price>;
    loading: boolean;
    error: import("./channels.js").Refusal | undefined;
};
export type Price = import("../../protocol.js").Price;
export type PriceSubscription = {
    /**
     * such as `BTCUSDT`; may be another list in each rendering
     */
    symbols: string[];
    /**
     * whether to subscribe (true)
     */
    enabled?: boolean | undefined;
    /**
     * at most one update of a symbol in so many ms
     */
    throttleMilliseconds?: number | undefined;
};
