/** Frames as they come: of any channel, or of a type. */
import { useChannels } from "./channels.js";
import { useFollowing, useLatest } from "./following.js";
import { useSystem } from "./system_context.js";

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
export function useSubscription(channels, { enabled = true, onEvent, throttleMilliseconds, batch, ...address } = {}) {
  const system = useSystem(address);
  const wanted = [channels].flat();
  const handler = useLatest(onEvent);
  const { data, loading, error } = useChannels(system, {
    channels: wanted,
    enabled,
    subscription: { throttleMilliseconds, batch },
    awaitsData: false,
    initial: nothing,
    apply: ({ events }, frame) => {
      handler.current?.(frame);
      return { event: frame, events: new Map(events).set(String(frame.channel), frame) };
    },
  });
  return { ...data, loading, error };
}

/** @returns {{event: Frame | undefined, events: Map<string, Frame>}} */
function nothing() {
  return { event: undefined, events: new Map() };
}

/**
 * Frames of a type, of whatever is subscribed. With a handler, which is given each, nothing is rendered; without, the
 * newest frame is returned.
 *
 * @param {string} type `price`, `subscribed`, `response` …, or `*` for all
 * @param {((frame: Frame) => void) | null} [onMessage]
 * @param {Address} [address]
 * @returns {Frame | undefined}
 */
export function useMessage(type, onMessage = null, address = {}) {
  const system = useSystem(address);
  const handler = useLatest(onMessage);
  const isHandled = onMessage !== null;
  return useFollowing(
    () => /** @type {Frame | undefined} */ (undefined),
    (change) => {
      /** @param {Frame} frame */
      const receive = (frame) => (isHandled ? handler.current?.(frame) : change(() => frame));
      system.onMessage(type, receive);
      return () => system.offMessage(type, receive);
    },
    [system, type, isHandled],
  );
}
