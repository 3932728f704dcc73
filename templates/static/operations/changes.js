/** What has changed between two reports, and the exchange's news, as sentences. Pure. */
import { exchangeName } from "../shared/market_data/exchange_text.js";
import { formatTime } from "../shared/format.js";

/**
 * @typedef {{level: "good" | "bad" | "quiet", text: string}} Happening
 * @typedef {import("../../../clients/javascript/events/system.js").GatewaysUpdate} Report of `ops.gateways`
 */

/**
 * @param {Report} before
 * @param {Report} now
 * @returns {Happening[]}
 */
export function changesBetween(before, now) {
  return [
    ...comings(idsOf(before), idsOf(now)),
    ...changeOfBridge(before.bridge, now.bridge),
    ...changesOfHolders(before.workers, now.workers),
  ];
}

/** @param {Report} report */
function idsOf({ gateways }) {
  return gateways.map(({ id }) => id);
}

/** @param {string[]} before ids @param {string[]} now @returns {Happening[]} */
function comings(before, now) {
  const gone = before.filter((id) => !now.includes(id));
  const come = now.filter((id) => !before.includes(id));
  return [
    ...gone.map((id) => happening("bad", `Gateway ${id} has gone`)),
    ...come.map((id) => happening("good", `Gateway ${id} has come`)),
  ];
}

/** @param {Happening["level"]} level @param {string} text @returns {Happening} */
function happening(level, text) {
  return { level, text };
}

/** @param {Report["bridge"]} before @param {Report["bridge"]} now @returns {Happening[]} */
function changeOfBridge(before, now) {
  if (before && !now) return [{ level: "bad", text: "The bridge has gone" }];
  if (!before && now) return [{ level: "good", text: `A bridge has come: ${now.holder}` }];
  return [];
}

/** @param {Report["workers"]} before @param {Report["workers"]} now @returns {Happening[]} */
function changesOfHolders(before, now) {
  const holders = new Map(before.map(({ name, holder }) => [name, holder]));
  return now
    .filter(({ name, holder }) => holders.has(name) && holder && holder !== holders.get(name))
    .map(({ name, holder, epoch }) => ({
      level: "quiet",
      text: epoch === null ? `The worker ${name} now runs in ${holder}` : `The lease ${name} is now held by ${holder}`,
    }));
}

/**
 * @param {string} event of `system.exchange`
 * @param {import("../../../clients/javascript/events/system.js").ExchangeNews} news its data
 * @returns {Happening}
 */
export function exchangeNewsText(event, { exchange, state, reason, attempt, from, to, complete }) {
  const name = exchangeName(exchange);
  const why = reason ? `: ${reason}` : "";
  switch (event) {
    case "connecting":
      return { level: "quiet", text: `${name}: connecting${attempt && attempt > 1 ? `, attempt ${attempt}` : ""}` };
    case "connected":
      return { level: "good", text: `${name}: connected` };
    case "disconnected":
      return { level: "bad", text: `${name}: connection lost${why}` };
    case "reconnect-failed":
      return { level: "bad", text: `${name}: attempt ${attempt} to reconnect failed${why}` };
    case "resync":
      return gapText(`${name}: a gap from ${formatTime(from)} to ${formatTime(to)}`, complete);
    case "error":
      return { level: "bad", text: `${name}: error${why}` };
    default:
      return { level: "quiet", text: `${name}: ${state}${why}` };
  }
}

/** @param {string} gap @param {boolean} [complete] whether all of it came @returns {Happening} */
function gapText(gap, complete) {
  if (complete) return { level: "quiet", text: `${gap}, filled` };
  return { level: "bad", text: `${gap}, not all of it could be filled` };
}
