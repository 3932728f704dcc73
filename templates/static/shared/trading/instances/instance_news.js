/** A grid or a strategy as it is after what the server tells of it. Pure. */

/** @typedef {import("../../../../types/instances.js").Instance} Instance */

const ENDED = new Set(["stopped"]);
const STATUS = ["state", "reason", "current_price", "position", "active_buy_orders", "active_sell_orders", "realized_pnl", "last_signal"];
const PRICED = ["unrealized_pnl", "equity", "fees"];
const PROFIT = ["realized_pnl", "unrealized_pnl", "fees", "cycles", "equity"];

/** @param {Pick<Instance, "state">} instance */
export function isActive({ state }) {
  return !ENDED.has(state);
}

/**
 * @template {Instance} One
 * @param {One} instance
 * @param {import("../../../../types/instances.js").InstanceEvent} event
 * @returns {One} unchanged where it tells nothing of it
 */
export function withNews(instance, { channel, data }) {
  const kind = channel.split(".").at(-1);
  if (kind === "status" && isActive(instance)) return withEquity({ ...instance, ...told(data, [...STATUS, ...PRICED]) }, data);
  if (kind === "pnl") return { ...instance, ...told(data, PROFIT) };
  if (kind === "lifecycle") return { ...instance, ...told(data, ["state", "reason"]) };
  return instance;
}

/**
 * What was read knows no price where nobody follows the market there; what was told last is newer than nothing.
 * @template {Instance} One
 * @param {One} read @param {One | null} known the same, as it was shown @returns {One}
 */
export function withKnownPrice(read, known) {
  if (read.current_price !== null || !known || known.current_price === null) return read;
  const { current_price, unrealized_pnl, equity } = known;
  return { ...read, current_price, unrealized_pnl, equity };
}

/**
 * A strategy's status tells its profit, and its equity is what was moved in with that.
 * @template {Instance} One
 * @param {One} instance @param {Record<string, any>} data @returns {One}
 */
function withEquity(instance, { equity, unrealized_pnl: unrealized }) {
  const profit = profitOf(instance);
  return equity !== undefined || unrealized === undefined || profit === null ? instance : { ...instance, equity: instance.invested + profit };
}

/** @param {Pick<Instance, "realized_pnl" | "unrealized_pnl">} instance @returns {number | null} null: no price is known */
export function profitOf({ realized_pnl: realized, unrealized_pnl: unrealized }) {
  return unrealized === null ? null : realized + unrealized;
}

/** @param {Record<string, any>} data @param {string[]} names */
function told(data, names) {
  return Object.fromEntries(names.filter((name) => data[name] !== undefined).map((name) => [name, data[name]]));
}
