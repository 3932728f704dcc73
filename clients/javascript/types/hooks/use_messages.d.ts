/** @typedef {import("../../protocol.js").Frame} Frame */
/** @typedef {import("./system_context.js").Address} Address */
/**
 * @typedef {object} SubscriptionHookOptions
 * @property {boolean} [enabled] whether to subscribe (true)
 * @property {(frame: Frame) => void} [onEvent] is given every event, as it comes
 * @property {number} [throttleMilliseconds]
 * @property {boolean} [batch]
 */
/**
 * Subscribe to channels, wildcards among them, while the component is there. `events` has the newest event of each
 * channel, `event` the newest of all; it is loading until the server has agreed to each channel, or refused it.
 *
 * @param {string | string[]} channels
 * @param {SubscriptionHookOptions & Address} [options]
 * @returns {{event: Frame | undefined, events: Map<string, Frame>, loading: boolean,
 *   error: import("./channels.js").Refusal | undefined}}
 */
export function useSubscription(channels: string | string[], { enabled, onEvent, throttleMilliseconds, batch, ...address }?: SubscriptionHookOptions & Address): {
    event: Frame | undefined;
    events: Map<string, Frame>;
    loading: boolean;
    error: import("./channels.js").Refusal | undefined;
};
/**
 * Frames of a type, of whatever is subscribed. With a handler, which is given each, nothing is rendered; without, the
 * newest frame is returned.
 *
 * @param {string} type `price`, `subscribed`, `response` …, or `*` for all
 * @param {((frame: Frame) => void) | null} [onMessage]
 * @param {Address} [address]
 * @returns {Frame | undefined}
 */
export function useMessage(type: string, onMessage?: ((frame: Frame) => void) | null, address?: Address): Frame | undefined;
export type Frame = import("../../protocol.js").Frame;
export type Address = import("./system_context.js").Address;
export type SubscriptionHookOptions = {
    /**
     * whether to subscribe (true)
     */
    enabled?: boolean | undefined;
    /**
     * is given every event, as it comes
     */
    onEvent?: ((frame: Frame) => void) | undefined;
    throttleMilliseconds?: number | undefined;
    batch?: boolean | undefined;
};
