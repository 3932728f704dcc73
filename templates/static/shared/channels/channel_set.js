/**
 * The channels that one part of the page wants of a connection which all parts share: a channel that several of them
 * want is unsubscribed once the last has let go of it.
 */

/** @type {WeakMap<object, Map<string, number>>} how many parts want each channel of a client */
const wantedBy = new WeakMap();

export class ChannelSet {
  #client;
  #counts;
  /** @type {Set<string>} */
  #channels = new Set();

  /** @param {import("../../client/client.js").TidewireClient} client */
  constructor(client) {
    this.#client = client;
    this.#counts = wantedBy.get(client) ?? new Map();
    wantedBy.set(client, this.#counts);
  }

  /** @param {string} channel */
  has(channel) {
    return this.#channels.has(channel);
  }

  /** @returns {string[]} in the order in which they came */
  get channels() {
    return [...this.#channels];
  }

  /** @param {string[]} channels from now on these, and no others; what goes makes room before what comes */
  replace(channels) {
    const wanted = new Set(channels);
    this.remove(this.channels.filter((channel) => !wanted.has(channel)));
    this.add([...wanted]);
  }

  /**
   * @param {string[]} channels these too
   * @param {import("../../client/client.js").SubscriptionOptions} [options] those of the first part that wants a channel count
   */
  add(channels, options) {
    const fresh = [...new Set(channels)].filter((channel) => !this.#channels.has(channel));
    for (const channel of fresh) {
      this.#channels.add(channel);
      this.#count(channel, 1);
    }
    if (fresh.length) this.#client.subscribe(fresh, options);
  }

  /** @param {string[]} channels one that isn't in the set is no error */
  remove(channels) {
    const gone = channels.filter((channel) => this.#channels.delete(channel));
    const unwanted = gone.filter((channel) => this.#count(channel, -1) === 0);
    if (unwanted.length) this.#client.unsubscribe(unwanted);
  }

  /** @param {string} channel @param {number} change @returns {number} how many parts want it now */
  #count(channel, change) {
    const count = (this.#counts.get(channel) ?? 0) + change;
    if (count) this.#counts.set(channel, count);
    else this.#counts.delete(channel);
    return count;
  }
}
