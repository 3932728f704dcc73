/** The deep order book of the chosen market: read while more of it is shown than the ten levels that everybody is told. */
import { ChannelSet } from "../../shared/channels/channel_set.js";

/** Levels of a side, at most. */
export const DEEP_LEVELS = 100;
/** An eye doesn't read faster, and a hundred levels are some five kilobytes. */
const THROTTLE = { throttleMilliseconds: 250 };

export class DeepBook {
  #channels;
  #left;
  #symbol = "";
  #isWanted = false;
  /** An exchange of which no deep books are kept: the page does with ten levels. */
  #isRefused = false;

  /** @param {import("../../client/client.js").TidewireClient} client @param {() => void} left told when it is read no more */
  constructor(client, left) {
    this.#channels = new ChannelSet(client);
    this.#left = left;
    client.on("error", ({ code, channel = "" }) => {
      if (code !== "unknown_channel" || !this.#channels.has(channel)) return;
      this.#isRefused = true;
      this.#follow();
    });
  }

  /** @param {string} symbol of the chosen market; empty: there is none */
  show(symbol) {
    this.#symbol = symbol;
    this.#follow();
  }

  /** @param {boolean} isWanted */
  want(isWanted) {
    this.#isWanted = isWanted;
    this.#follow();
  }

  #follow() {
    const wanted = this.#isWanted && !this.#isRefused && this.#symbol ? [channelOf(this.#symbol)] : [];
    const gone = this.#channels.channels.filter((channel) => !wanted.includes(channel));
    this.#channels.remove(gone);
    this.#channels.add(wanted, THROTTLE);
    if (gone.length) this.#left();
  }
}

/** @param {string} channel @returns {boolean} whether a deep book is told on it */
export function isDeep(channel) {
  return channel.startsWith("depth:") && channel.endsWith(`:${DEEP_LEVELS}`);
}

/** @param {string} symbol */
function channelOf(symbol) {
  return `depth:${symbol}:${DEEP_LEVELS}`;
}
