/** The connection itself, for a component that shows or directs it. */
import { useEffect, useMemo, useRef } from "react";
import { useFollowing } from "./following.js";
import { subscriptionsOf } from "./shared_subscriptions.js";
import { useSystem } from "./system_context.js";

/** @typedef {import("../system.js").WebSocketSystem} WebSocketSystem */
/** @typedef {import("../../protocol.js").SubscriptionOptions} SubscriptionOptions */
/** @typedef {import("../../protocol.js").Frame} Frame */
/** @typedef {import("../../protocol.js").ConnectionState} ConnectionState */
/** @typedef {{code: string | number, message: string, channel?: string}} Failure */
/** @typedef {{state: ConnectionState, userId: string | null, error: Failure | null}} Shown */
/**
 * @typedef {object} WebSocketHook
 * @property {boolean} connected logged in and subscribed again
 * @property {boolean} isConnected the same
 * @property {ConnectionState} state
 * @property {string | null} userId who is logged in, as far as the server told
 * @property {Failure | null} error the last one since the last connection or login
 * @property {(channels: string | string[], options?: SubscriptionOptions) => () => void} subscribe until the component
 *   goes, or what it returns is called
 * @property {(channels: string | string[]) => void} unsubscribe from what this component has subscribed
 * @property {(type: string, handler: (frame: Frame) => void) => () => void} onMessage until the component goes, or what
 *   it returns is called
 * @property {WebSocketSystem} system
 */

const MOVES = /** @type {const} */ (["connecting", "reconnecting"]);
const MEANT = 1000;
const LOGINS = /** @type {const} */ (["connected", "authenticated"]);

/**
 * Components that name the same url share a connection, which is there while one of them is. A new `options.token`
 * signs in, null signs out.
 *
 * @param {string | URL} [url] without it the provider's connection, or that of the page's own host
 * @param {import("../../protocol.js").ClientOptions} [options]
 * @returns {WebSocketHook}
 */
export function useWebSocket(url, options) {
  const system = useSystem({ url, options });
  const shown = useFollowing(
    () => shownOf(system, null),
    (change) => followState(system, change),
    [system],
  );
  const own = useRef(new OwnUse());
  useEffect(() => () => own.current.end(), [system]);
  const calls = useMemo(() => callsOf(system, own.current), [system]);
  const connected = shown.state === "connected";
  return { connected, isConnected: connected, ...shown, ...calls, system };
}

/**
 * @param {WebSocketSystem} system
 * @param {Failure | null} error
 * @returns {Shown}
 */
function shownOf({ client }, error) {
  return { state: client.state, userId: client.userId, error };
}

/**
 * @param {WebSocketSystem} system
 * @param {import("./following.js").Change<Shown>} change
 */
function followState(system, change) {
  const move = () => change(({ error }) => shownOf(system, error));
  const clear = () => change(() => shownOf(system, null));
  /** @param {Failure | undefined} error */
  const fail = (error) => error && change(() => shownOf(system, error));
  /** @param {{code: number, error?: any}} end of which one by a plain close was meant */
  const end = ({ code, error }) => (code === MEANT ? move() : fail(error));
  for (const name of MOVES) system.on(name, move);
  for (const name of LOGINS) system.on(name, clear);
  system.on("error", fail);
  system.on("disconnected", end);
  return () => {
    for (const name of MOVES) system.off(name, move);
    for (const name of LOGINS) system.off(name, clear);
    system.off("error", fail);
    system.off("disconnected", end);
  };
}

/**
 * @param {WebSocketSystem} system
 * @param {OwnUse} own
 * @returns {Pick<WebSocketHook, "subscribe" | "unsubscribe" | "onMessage">}
 */
function callsOf(system, own) {
  return {
    subscribe: (channels, options) => own.subscribe(system, [channels].flat(), options),
    unsubscribe: (channels) => own.unsubscribe([channels].flat()),
    onMessage: (type, handler) => own.onMessage(system, type, handler),
  };
}

/** What one component has subscribed and listens to by its own calls. */
class OwnUse {
  /** @type {Map<string, () => void>} */
  #subscribed = new Map();
  /** @type {Set<() => void>} */
  #listening = new Set();

  /**
   * @param {WebSocketSystem} system
   * @param {string[]} channels
   * @param {SubscriptionOptions} [options]
   */
  subscribe(system, channels, options) {
    const added = channels.filter((channel) => !this.#subscribed.has(channel));
    for (const channel of added) this.#subscribed.set(channel, subscriptionsOf(system).acquire([channel], options));
    return () => this.unsubscribe(added);
  }

  /** @param {string[]} channels */
  unsubscribe(channels) {
    for (const channel of channels) {
      this.#subscribed.get(channel)?.();
      this.#subscribed.delete(channel);
    }
  }

  /**
   * @param {WebSocketSystem} system
   * @param {string} type
   * @param {(frame: Frame) => void} handler
   */
  onMessage(system, type, handler) {
    const end = () => {
      system.offMessage(type, handler);
      this.#listening.delete(end);
    };
    system.onMessage(type, handler);
    this.#listening.add(end);
    return end;
  }

  end() {
    this.unsubscribe([...this.#subscribed.keys()]);
    for (const end of [...this.#listening]) end();
  }
}
