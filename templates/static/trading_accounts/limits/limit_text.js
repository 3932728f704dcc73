/** An account's limits in words: what each holds back, what is used of it now, and what would change. Pure. */
import { exactOrZero, formatExact } from "../../shared/exact_decimal.js";
import { formatNumber, formatQuantity } from "../../shared/format.js";
import { moneyDecimals } from "../../shared/money.js";
import { fractionGiven, numberGiven, percentText, text } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/trading.js").AccountLimits} AccountLimits */
/** @typedef {import("../../../types/trading.js").LimitName} LimitName */
/** @typedef {import("../../../types/trading.js").Limits} Limits */
/** @typedef {AccountLimits["used"]} Used */
/** @typedef {{label: string, unit: string, means: string}} LimitWords */

/** What each is called and counted in, and which orders it refuses; in the order in which they are shown. */
export const LIMITS = /** @type {Record<LimitName, LimitWords>} */ ({
  order_size: { label: "Largest order", unit: "of quote", means: "An order that is worth more is refused." },
  position_size: { label: "Largest position", unit: "of quote", means: "Buying is refused where what is held of the asset and being bought would be worth more." },
  open_orders: { label: "Open orders", unit: "", means: "The most that are open at a time, over all markets and grids of the account." },
  price_collar: { label: "Price collar", unit: "%", means: "An order's price may be so far from the market's, and no farther." },
  orders_per_second: { label: "Orders per second", unit: "", means: "The most that are sent within a second." },
  daily_loss: {
    label: "Daily loss",
    unit: "of quote",
    means:
      "Buying is refused once so much was realised as a loss, fees included, since 00:00 UTC. What is lost on what you still hold doesn't count until it is sold. Selling may always go, and orders that are open stay.",
  },
});
const NAMES = /** @type {LimitName[]} */ (Object.keys(LIMITS));
const NONE = "none";

/** @param {LimitName} name @param {number | null} value @returns {string} as it stands in its field; empty: no limit */
function limitField(name, value) {
  if (value === null) return "";
  return name === "price_collar" ? percentText(value) : text(value);
}

/** @param {Limits} limits @returns {Record<LimitName, string>} as they stand in their fields */
export function limitFields(limits) {
  return /** @type {Record<LimitName, string>} */ (Object.fromEntries(NAMES.map((name) => [name, limitField(name, limits[name])])));
}

/** @param {Record<string, string>} typed by name @returns {Record<string, string>} those that there are to be, digit for digit */
export function limitsGiven(typed) {
  const given = NAMES.map((name) => [name, name === "price_collar" ? fractionGiven(typed[name]) : numberGiven(typed[name])]);
  return Object.fromEntries(given.filter(([, value]) => value));
}

/** @param {Record<string, string>} before @param {Record<string, string>} after as they stand in their fields @returns {string[]} what is changed, a sentence for each */
export function changesText(before, after) {
  return NAMES.filter((name) => numberGiven(before[name]) !== numberGiven(after[name])).map(
    (name) => `${LIMITS[name].label}: ${shown(name, before[name])} → ${shown(name, after[name])}.`,
  );
}

/**
 * @param {LimitName} name
 * @param {Used} used
 * @param {number | null} limit
 * @param {string} quote asset of the account's amounts
 * @returns {string} what counts now; empty: nothing does beforehand
 */
export function usedText(name, used, limit, quote) {
  const decimals = isCount(name) ? 0 : moneyDecimals(quote);
  const most = limit === null ? "" : ` of ${formatExact(exactOrZero(limit), decimals)}`; // all its digits: they decide
  switch (name) {
    case "position_size":
      return positionsText(used, most, decimals);
    case "open_orders":
      return `Now: ${formatQuantity(used.open_orders, "order")}${most} open`;
    case "orders_per_second":
      return `Within the last second: ${formatQuantity(used.orders_per_second, "order")}${most}`;
    case "daily_loss":
      return `Lost today: ${lossText(used.daily_loss, most, decimals)}`;
    default:
      return "";
  }
}

/** @param {LimitName} name @param {Used} used @param {number | null} limit @returns {number | null} the part of the limit that is used, at most 1; null where that isn't known */
export function usedPart(name, used, limit) {
  const counts = { position_size: used.positions[0]?.value ?? null, open_orders: used.open_orders, orders_per_second: used.orders_per_second, daily_loss: used.daily_loss };
  const value = /** @type {Record<string, number | null | undefined>} */ (counts)[name];
  if (limit === null || value === null || value === undefined) return null;
  return Math.min(1, Math.max(0, value / limit));
}

/** @param {Used} used @param {string} most @param {number} decimals */
function positionsText({ positions }, most, decimals) {
  if (!positions.length) return "Now: nothing held or being bought";
  const [{ asset, value }] = positions;
  const unknown = positions.filter((one) => one.value === null).map((one) => one.asset);
  const largest = value === null ? "" : `Largest now: ${asset}, ${formatNumber(value, decimals)}${most}`;
  return [largest, unknown.length ? `No price is known of ${unknown.join(", ")}` : ""].filter(Boolean).join(". ");
}

/** @param {number} loss below 0 for a gain @param {string} most @param {number} decimals */
function lossText(loss, most, decimals) {
  if (loss > 0) return `${formatNumber(loss, decimals)}${most}`;
  return loss < 0 ? `nothing (gained: ${formatNumber(-loss, decimals)})` : "nothing";
}

/** @param {LimitName} name */
function isCount(name) {
  return name === "open_orders" || name === "orders_per_second";
}

/** @param {LimitName} name @param {string} typed */
function shown(name, typed) {
  const { unit } = LIMITS[name];
  return typed.trim() ? [typed.trim(), unit].filter(Boolean).join(" ") : NONE;
}
