/** What the form that subscribes to channels offers and takes. Pure. */

const SHORTEST_THROTTLE = 1;
const LONGEST_THROTTLE = 60_000;
/** Characters: far more than any channel has, and far less than the server takes in a frame. */
const LONGEST_NAME = 1_000;
const WHOLE_NUMBER = /^\d+$/;

/**
 * @param {import("../selection.js").Selection} selection what the page shows
 * @param {{is_staff: boolean} | null} user
 * @returns {string[]} a channel of each kind, those of everybody first
 */
export function channelsToOffer({ symbol, interval }, user) {
  const kinds = ["price", "ticker", "trades", "depth"];
  const market = symbol ? [...kinds.map((kind) => `${kind}:${symbol}`), `klines:${symbol}:${interval}`] : [];
  const own = ["notifications", "alerts"];
  const dotted = ["system.health", "system.exchange", "system.*"];
  return [...market, "market:overview", ...(user ? [...own, ...dotted] : []), ...(user?.is_staff ? ["ops.gateways"] : [])];
}

/**
 * @param {{channel: string, throttle: string, batch: boolean}} typed
 * @returns {{channel: string, options: import("../../client/client.js").SubscriptionOptions, problems: Record<string, string>}}
 *   no problem: it can be asked for
 */
export function requestOf({ channel, throttle, batch }) {
  /** @type {Record<string, string>} */
  const problems = {};
  if (!channel.trim()) problems.channel = "Name a channel, such as price:BTCUSDT";
  if (channel.length > LONGEST_NAME) problems.channel = `A channel's name has at most ${LONGEST_NAME} characters`;
  if (throttle.trim() && !isThrottle(throttle.trim())) {
    problems.throttle = `Give whole milliseconds, ${SHORTEST_THROTTLE} to ${LONGEST_THROTTLE}, or nothing`;
  }
  const throttled = throttle.trim() ? { throttleMilliseconds: Number(throttle) } : {};
  return { channel: channel.trim(), options: { ...throttled, ...(batch ? { batch } : {}) }, problems };
}

/** @param {import("../../client/client.js").SubscriptionOptions} options */
export function optionsText({ throttleMilliseconds, batch }) {
  const words = [];
  if (throttleMilliseconds) words.push(`at most one in ${throttleMilliseconds} ms`);
  if (batch) words.push("batched");
  return words.join(", ");
}

/** @param {string} text */
function isThrottle(text) {
  return WHOLE_NUMBER.test(text) && Number(text) >= SHORTEST_THROTTLE && Number(text) <= LONGEST_THROTTLE;
}
