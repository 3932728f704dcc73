/** What the server's side of the exchange goes through, in words for whoever watches prices. Pure. */
import { formatAge } from "../format.js";

/**
 * @typedef {object} Exchange
 * @property {string} state `connecting`, `live`, `stale`, `reconnecting`, `fallback`, or `down`: nobody reads it
 * @property {string} [source] `binance` or `simulator`
 * @property {string} [stands_in_for] the exchange that is away, where simulated prices are served in its place
 * @property {number} [address] the place in the list of its addresses of the one that is used, from 1
 */

/** @type {Record<string, string>} */
const NAMES = { binance: "Binance", coinbase: "Coinbase", kraken: "Kraken", simulator: "Simulator" };
const ORDINALS = ["first", "second", "third", "fourth", "fifth"];
const OLD = "what you see may be old";

/** States in which prices are as new as the exchange makes them. */
export const SERVING = new Set(["live", "fallback"]);

/**
 * @param {Exchange} exchange
 * @param {number} [silence] for how long nothing new has come, ms
 * @returns {{text: string, spoken: string}} `text` counts the time; `spoken` doesn't, so that a screen reader says each
 *   state once
 */
export function exchangeText(exchange, silence) {
  return { text: sentence(exchange, silence), spoken: sentence(exchange) };
}

/** @param {string | undefined} source */
export function exchangeName(source) {
  return NAMES[source ?? ""] ?? source ?? "The exchange";
}

/** @param {Exchange} exchange @param {number} [silence] ms */
function sentence({ state, source, stands_in_for: away, address = 0 }, silence) {
  const name = exchangeName(source);
  const time = silence === undefined ? "" : ` for ${formatAge(silence)}`;
  switch (state) {
    case "live":
      return `${name}: live`;
    case "fallback":
      if (away) return `${exchangeName(away)} is away: simulated prices, not real ones, until it is back`;
      return `Live, on ${ORDINALS[address - 1] ? `the ${ORDINALS[address - 1]}` : "another"} address of ${name}`;
    case "stale":
      return `Nothing new from ${name}${time}; ${OLD}`;
    case "reconnecting":
      return `Reconnecting to ${name}; nothing new${time}`;
    case "connecting":
      return `Connecting to ${name}…`;
    case "down":
      return `Nothing reads the exchange now; ${OLD}`;
    default:
      return `${name}: ${state}`;
  }
}
