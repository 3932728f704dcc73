/**
 * The server's frames: text in, objects of the same outer shape in every dialect out. Prices become JavaScript numbers,
 * which carry 15 significant digits; a program that needs every digit of longer ones gives the client a `parse`.
 */
import { CHANNEL_TYPES } from "./channel_types.js";
import { UnreadableFrameError } from "./errors.js";

/** @typedef {import("../protocol.js").Frame} Frame */

/** Types of frames that name a channel, and are no data of it. */
export const NO_DATA = new Set(["subscribed", "unsubscribed", "error", "resync"]);

/**
 * @param {unknown} payload what the socket delivered
 * @param {(text: string) => any} parse
 * @param {import("../protocol.js").DialectName} dialect
 * @returns {Frame[]} one, or those of a `batch`; none for an acknowledgement of nothing
 * @throws {UnreadableFrameError}
 */
export function decodeFrames(payload, parse, dialect) {
  if (typeof payload !== "string") throw new UnreadableFrameError("The server sent a binary frame");
  const frame = parsed(payload, parse);
  /** @type {any[]} */
  const given = frame?.type === "batch" && Array.isArray(frame.data) ? frame.data : [frame];
  const frames = given.flatMap((each) => (isFrame(each) ? (NORMAL[dialect](each) ?? each) : [each]));
  if (!frames.every(isFrame)) throw new UnreadableFrameError("The server sent a frame without a type, or whose channel is no name");
  return frames;
}

/** @type {Record<string, (frame: any) => Frame | Frame[] | undefined>} undefined: it is in the common shape already */
const NORMAL = {
  market: () => undefined,
  trading({ type, clientId, code, message, data, ...rest }) {
    if (type === "data") return { ...rest, ...data };
    if (type === "error") return { ...rest, type, data: { code, message } };
    if (type !== "connected") return undefined;
    return { ...rest, type, data: { clientId, authenticated: true, timestamp: rest.timestamp } };
  },
  "zigquant-v2"({ type, channel, event, data, ...rest }) {
    const channels = data?.channels;
    if (/^(un)?subscribed$/.test(type) && Array.isArray(channels)) {
      const told = data.resumed ?? {};
      const below = Object.fromEntries(Object.entries(told).filter(([name]) => !channels.includes(name)));
      const pattern = channels.find((each) => String(each).includes("*")); // which the dialect doesn't say: any stands for all
      return channels.map((each) => ({ ...rest, type, channel: each, ...told[each], ...(each === pattern && { resumed: below }) }));
    }
    if (type === "error") return { ...rest, type, ...(data?.channel && { channel: data.channel }), data };
    if (type !== "event" || typeof channel !== "string") return undefined;
    if (isDotted(channel)) return event === "resync" && !isNewsOfExchange(data) ? { ...rest, type: event, channel, data } : undefined;
    return { ...rest, type: event === "update" ? marketType(channel) : event, channel, data };
  },
};

/**
 * `system.exchange` tells by the same name of holes that the exchange left.
 *
 * @param {Frame["data"]} data
 */
function isNewsOfExchange(data) {
  return data?.exchange !== undefined;
}

/** @param {string} channel */
export function isDotted(channel) {
  return channel.includes(".") && !channel.includes(":");
}

/** @param {string} channel one of the market's: what is told on each of them is an `update` in zigquant-v2 */
function marketType(channel) {
  const [kind] = channel.split(":");
  return CHANNEL_TYPES.get(kind) ?? kind;
}

/**
 * @param {Frame} frame of type `resync`
 * @returns {import("../protocol.js").Resync}
 */
export function resyncOf({ channel, data }) {
  return { channel: channel ?? "", from: data?.from, to: data?.to, complete: data?.complete === true };
}

/**
 * @param {string} text
 * @param {(text: string) => any} parse
 */
function parsed(text, parse) {
  try {
    return parse(text);
  } catch (error) {
    throw new UnreadableFrameError(`The server sent a frame that can't be read: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {any} value */
function isFrame(value) {
  return typeof value?.type === "string" && typeof (value.channel ?? "") === "string";
}
