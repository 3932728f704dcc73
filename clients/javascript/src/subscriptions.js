/**
 * The channels that the program wants, whether or not there is a connection, and the frames that ask for them.
 *
 * @typedef {{throttleMilliseconds?: number, batch?: boolean}} SubscriptionOptions
 */
export class Subscriptions {
  /** @type {Map<string, SubscriptionOptions>} */
  #wanted = new Map();

  get channels() {
    return [...this.#wanted.keys()];
  }

  /** @param {string} channel */
  has(channel) {
    return this.#wanted.has(channel);
  }

  /**
   * @param {string[]} channels
   * @param {SubscriptionOptions} options
   * @returns {string[]} those that were not wanted before
   */
  add(channels, options) {
    const added = [...new Set(channels)].filter((channel) => !this.#wanted.has(channel));
    for (const channel of added) this.#wanted.set(channel, options);
    return added;
  }

  /**
   * @param {string[]} channels
   * @returns {string[]} those that were wanted
   */
  remove(channels) {
    return [...new Set(channels)].filter((channel) => this.#wanted.delete(channel));
  }

  /**
   * The fewest `subscribe` frames for the given channels: one for each different set of options.
   *
   * @param {string[]} channels
   * @returns {object[]}
   */
  frames(channels) {
    /** @type {Map<string, {type: string, channels: string[]}>} */
    const byOptions = new Map();
    for (const channel of channels) {
      const options = wireOptions(this.#wanted.get(channel) ?? {});
      const key = JSON.stringify(options);
      if (!byOptions.has(key)) byOptions.set(key, { type: "subscribe", channels: [], ...options });
      byOptions.get(key)?.channels.push(channel);
    }
    return [...byOptions.values()];
  }
}

/** @param {SubscriptionOptions} options */
function wireOptions({ throttleMilliseconds, batch }) {
  return {
    ...(throttleMilliseconds === undefined ? {} : { throttle_ms: throttleMilliseconds }),
    ...(batch ? { batch: true } : {}),
  };
}
