/** Which channels are shown, and in which order. Pure. */
import { formatCount } from "../shared/format.js";

/**
 * @typedef {import("../../../clients/javascript/events/system.js").ChannelSubscribers} Channel
 * @typedef {{text: string, sort: "channel" | "subscribers"}} Choice
 */

/**
 * @param {Channel[]} channels
 * @param {Choice} choice every word of the text is to be in the channel's name
 * @returns {Channel[]}
 */
export function chosen(channels, { text, sort }) {
  const words = text.toLowerCase().split(/\s+/);
  const found = channels.filter(({ channel }) => words.every((word) => channel.toLowerCase().includes(word)));
  const byName = (/** @type {Channel} */ one, /** @type {Channel} */ other) => (one.channel < other.channel ? -1 : 1);
  if (sort === "channel") return found.sort(byName);
  return found.sort((one, other) => other.subscribers - one.subscribers || byName(one, other));
}

/**
 * @param {object} counts
 * @param {number} counts.shown after the filter
 * @param {number} counts.told by the server
 * @param {number} counts.total that somebody has
 * @returns {string}
 */
export function choiceText({ shown, told, total }) {
  if (!total) return "Nobody has subscribed to anything.";
  const filtered = shown < told ? `${formatCount(shown)} of ` : "";
  if (told < total) return `${filtered}the ${formatCount(told)} most subscribed of ${formatCount(total)} channels`;
  return `${filtered}${formatCount(total)} ${total === 1 ? "channel" : "channels"}`;
}
