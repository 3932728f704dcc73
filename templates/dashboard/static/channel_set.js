/** The channels that one part of the page wants of a connection which all parts share. */
export class ChannelSet {
  #client;
  /** @type {Set<string>} */
  #channels = new Set();

  /** @param {import("../client/client.js").TidewireClient} client */
  constructor(client) {
    this.#client = client;
  }

  /** @param {string} channel */
  has(channel) {
    return this.#channels.has(channel);
  }

  /** @param {string[]} channels from now on these, and no others; what goes makes room before what comes */
  replace(channels) {
    const wanted = new Set(channels);
    const gone = [...this.#channels].filter((channel) => !wanted.has(channel));
    const fresh = [...wanted].filter((channel) => !this.#channels.has(channel));
    if (gone.length) this.#client.unsubscribe(gone);
    if (fresh.length) this.#client.subscribe(fresh);
    this.#channels = wanted;
  }
}
