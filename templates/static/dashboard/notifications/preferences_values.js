/** Between the fields of the preferences' dialog and the parameters of `preferences.set`. Pure. */
import { CHANNELS } from "../alerts/alert_catalogue.js";

/** @type {[string, string][]} */
export const KINDS = [
  ["alert", "Alerts"],
  ["order", "Orders"],
  ["grid", "Grids"],
  ["strategy", "Strategies"],
  ["backtest", "Backtests"],
  ["wallet", "Wallets"],
  ["system", "System"],
];

const QUIET = { start: "22:00", end: "07:00" };

/** @typedef {import("../../../types/accounts.js").Preferences} Preferences */

/**
 * @typedef {object} Values of the fields
 * @property {Record<string, string[]>} kinds
 * @property {boolean} isQuiet
 * @property {string} start
 * @property {string} end
 * @property {string} timezone
 * @property {boolean} digest
 * @property {boolean} escalate
 * @property {boolean} sound of open pages when an alert fires
 * @property {boolean} vibration
 */

/** @param {Preferences} preferences @param {string} timezone of the reader, for quiet hours that there are none of yet @returns {Values} */
export function valuesOf({ kinds, quiet_hours: quiet, digest, escalate, sound, vibration }, timezone) {
  const hours = quiet ?? { ...QUIET, timezone };
  const chosen = Object.fromEntries(KINDS.map(([kind]) => [kind, kinds[kind] ?? []]));
  return { kinds: chosen, isQuiet: quiet !== null && quiet !== undefined, ...hours, digest, escalate, sound, vibration };
}

/**
 * @param {Values} values
 * @param {Preferences} before a kind that is left as it was keeps its default
 * @returns {object} the parameters
 */
export function given({ kinds, isQuiet, start, end, timezone, ...switches }, before) {
  const changed = Object.entries(kinds).filter(([kind, channels]) => !isSame(channels, before.kinds[kind] ?? []));
  return {
    kinds: Object.fromEntries(changed.map(([kind, channels]) => [kind, inOrder(channels)])),
    quiet_hours: isQuiet ? { start, end, timezone } : null,
    ...switches,
  };
}

/** @param {string[]} channels */
function inOrder(channels) {
  return CHANNELS.map(([channel]) => channel).filter((channel) => channels.includes(channel));
}

/** @param {string[]} one @param {string[]} other */
function isSame(one, other) {
  return one.length === other.length && one.every((channel) => other.includes(channel));
}
