/**
 * The channels that the program wants, whether or not there is a connection, and the frames that ask for them.
 *
 * @typedef {import("../protocol.js").SubscriptionOptions} SubscriptionOptions
 */
import { matches } from "./emitter.js";
import { isSendable, sendable } from "./frame_size.js";
import { isDotted } from "./frames.js";

const MOST_CHANNELS = 100;

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

  /** @param {string} channel @returns {string[]} what is wanted by which it is heard: itself, and, of a dotted name, the patterns over it */
  thatHear(channel) {
    return this.channels.filter((each) => each === channel || (isDotted(channel) && each.includes("*") && matches(each, channel)));
  }

  /**
   * @param {string[]} channels
   * @param {SubscriptionOptions} options
   * @returns {string[]} those that were not wanted before
   * @throws {import("./errors.js").MessageTooLargeError} for a channel that no frame can name: none is added then
   */
  add(channels, options) {
    const added = [...new Set(channels)].filter((channel) => !this.#wanted.has(channel));
    for (const channel of added) sendable({ type: "unsubscribe", channels: [channel], ...wireOptions(options) });
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
   * The fewest `subscribe` frames for the given channels: one for each different set of options, and hundred channels.
   *
   * @param {string[]} channels
   * @param {(channels: string[]) => object} [resuming] what is said of the history of the channels in one frame
   * @returns {object[]}
   */
  frames(channels, resuming = () => ({})) {
    /** @type {Map<string, {type: string, channels: string[]}>} */
    const byOptions = new Map();
    for (const channel of channels) {
      const options = wireOptions(this.#wanted.get(channel) ?? {});
      const key = JSON.stringify(options);
      if (!byOptions.has(key)) byOptions.set(key, { type: "subscribe", channels: [], ...options });
      byOptions.get(key)?.channels.push(channel);
    }
    return [...byOptions.values()].flatMap((frame) => inParts(frame, resuming));
  }
}

/**
 * A frame as several, so that none is over the size at which the server closes the connection.
 *
 * @template {{channels: string[]}} Subscribing
 * @param {Subscribing} frame
 * @param {(channels: string[]) => object} [fields] what a part says besides, of its channels
 * @returns {Subscribing[]}
 */
export function inParts(frame, fields = () => ({})) {
  const count = Math.ceil(frame.channels.length / MOST_CHANNELS);
  const begins = Array.from({ length: count }, (_, part) => part * MOST_CHANNELS);
  return begins.flatMap((begin) => halved(frame, frame.channels.slice(begin, begin + MOST_CHANNELS), fields));
}

/**
 * @template {{channels: string[]}} Subscribing
 * @param {Subscribing} frame
 * @param {string[]} channels those of its own that it is to name
 * @param {(channels: string[]) => object} fields
 * @returns {Subscribing[]}
 */
function halved(frame, channels, fields) {
  const part = { ...frame, channels, ...fields(channels) };
  const half = Math.ceil(channels.length / 2);
  if (channels.length === 1 || isSendable(part)) return [part];
  return [channels.slice(0, half), channels.slice(half)].flatMap((named) => halved(frame, named, fields));
}

/** @param {SubscriptionOptions} options */
function wireOptions({ throttleMilliseconds, batch }) {
  return {
    ...(throttleMilliseconds === undefined ? {} : { throttle_ms: throttleMilliseconds }),
    ...(batch ? { batch: true } : {}),
  };
}
