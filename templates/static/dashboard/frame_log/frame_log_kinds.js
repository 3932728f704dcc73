/** What a frame is, from its text, in the words and the colour classes of the log. Pure. */
import { jsonOf } from "../../shared/json.js";

/**
 * `detail`: what the frame says besides its type and what its channel names, as compact JSON.
 *
 * @typedef {{type: string, channel: string, kind: string, detail: string}} FrameDescription
 */

/** The kinds that a reader tells apart by colour; whatever else has a channel is `event`. */
const KIND_OF_TYPE = new Map([
  ["price", "quote"],
  ["ticker", "quote"],
  ["overview", "quote"],
  ["kline", "candle"],
  ["trade", "trade"],
  ["depth", "depth"],
  ["connected", "control"],
  ["subscribe", "control"],
  ["subscribed", "control"],
  ["unsubscribe", "control"],
  ["unsubscribed", "control"],
  ["auth", "control"],
  ["auth_result", "control"],
  ["command", "control"],
  ["response", "control"],
  ["ping", "heartbeat"],
  ["pong", "heartbeat"],
  ["error", "error"],
  ["resync", "error"],
]);
/** The type that is told of what is no frame. */
export const UNREADABLE = "unreadable";
export const KINDS = ["quote", "candle", "trade", "depth", "event", "control", "heartbeat", "error"];

/**
 * @param {string} text as it came over the wire
 * @returns {FrameDescription}
 */
export function frameDescription(text) {
  const frame = jsonOf(text);
  if (typeof frame?.type !== "string") return { type: UNREADABLE, channel: "", kind: "error", detail: text };
  if (frame.type === "batch" && Array.isArray(frame.data)) return batchDescription(frame.data);
  const { type, channel, channels, timestamp, ...rest } = frame;
  return {
    type,
    channel: [channel ?? channels ?? []].flat().join(", "),
    kind: frame.success === false ? "error" : (KIND_OF_TYPE.get(type) ?? "event"),
    detail: detailOf(rest),
  };
}

/**
 * Without the symbol and the interval of market data, which its channel has named.
 *
 * @param {Record<string, any>} frame
 */
function detailOf({ data, ...rest }) {
  const { symbol, interval, ...said } = { ...rest, ...(typeof data === "object" ? data : { data }) };
  const words = JSON.stringify(said);
  return words === "{}" ? "" : words;
}

/**
 * A batch is of the kind that all its frames are, else an event like any other.
 *
 * @param {any[]} frames whatever came as them
 */
function batchDescription(frames) {
  const kinds = new Set(frames.map((frame) => KIND_OF_TYPE.get(frame?.type) ?? "event"));
  const channels = new Set(frames.map((frame) => frame?.channel ?? ""));
  return {
    type: `batch of ${frames.length}`,
    channel: [...channels].join(", "),
    kind: kinds.size === 1 ? [...kinds][0] : "event",
    detail: JSON.stringify(frames.map((frame) => frame?.data)),
  };
}

/**
 * A frame's text, fit for a log that others may read: a token would let them in.
 *
 * @param {string} text
 */
export function withoutToken(text) {
  return text.replace(/("token"\s*:\s*")[^"]*"/g, '$1…"');
}
