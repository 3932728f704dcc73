/**
 * One connection's subscriptions for several components that know nothing of each other: a channel is unsubscribed once
 * the last has let go of it, and not where another takes it up in the same turn.
 */

/** @typedef {import("../system.js").WebSocketSystem} WebSocketSystem */

/** @type {WeakMap<WebSocketSystem, SharedSubscriptions>} */
const subscriptions = new WeakMap();

/**
 * @param {WebSocketSystem} system
 * @returns {SharedSubscriptions} the connection's
 */
export function subscriptionsOf(system) {
  const known = subscriptions.get(system);
  if (known) return known;
  const made = new SharedSubscriptions(system);
  subscriptions.set(system, made);
  for (const event of ["connected", "authenticated"]) system.on(event, () => made.renew());
  return made;
}

class SharedSubscriptions {
  #system;
  /** @type {Map<string, {holders: number, options: import("../../protocol.js").SubscriptionOptions | undefined}>} */
  #held = new Map();

  /** @param {WebSocketSystem} system */
  constructor(system) {
    this.#system = system;
  }

  /**
   * @param {string[]} channels
   * @param {import("../../protocol.js").SubscriptionOptions} [options] a channel's first holder's count
   * @returns {() => void} lets go of them; safe to call twice
   */
  acquire(channels, options) {
    const taken = [...new Set(channels)];
    for (const channel of taken) {
      const entry = this.#held.get(channel) ?? { holders: 0, options };
      entry.holders += 1;
      this.#held.set(channel, entry);
    }
    if (taken.length) this.#system.subscribe(taken, options);
    return () => this.#release(taken.splice(0));
  }

  /** Ask again for what is held and was refused, as after a login. */
  renew() {
    for (const [channel, { options }] of this.#held) this.#system.subscribe([channel], options);
  }

  /** @param {string[]} channels */
  #release(channels) {
    for (const channel of channels) {
      const entry = this.#held.get(channel);
      if (entry) entry.holders -= 1;
    }
    if (channels.length) queueMicrotask(() => this.#leave(channels));
  }

  /** @param {string[]} channels */
  #leave(channels) {
    const left = channels.filter((channel) => this.#held.get(channel)?.holders === 0 && this.#held.delete(channel));
    if (left.length) this.#system.unsubscribe(left);
  }
}
