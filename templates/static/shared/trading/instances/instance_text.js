/** What trades by itself, a grid or a strategy, in words. Pure. */
import { capitalized, direction, formatQuantity } from "../../format.js";
import { gainText, moneyText } from "../../money.js";
import { text } from "../../typed_numbers.js";
import { profitOf } from "./instance_news.js";

/** @typedef {import("../../../../types/instances.js").Instance} Instance */
/** @typedef {import("../../../../types/instances.js").Figure} Figure */

/** @type {Record<string, string>} */
const STATES = {
  ...{ created: "Created", waiting_trigger: "Waiting for its trigger", starting: "Starting", warming_up: "Warming up" },
  ...{ running: "Running", paused: "Paused", stopping: "Stopping", stopped: "Stopped", error: "Failed" },
};
/** @type {Record<string, string>} */
const REASONS = {
  user: "by hand",
  kill_switch: "by the kill switch",
  exchange_down: "the exchange is away; it goes on by itself once prices are back",
  missing_candles: "candles are missing; it goes on by itself once they are there",
  stop_loss: "the stop loss was reached",
  take_profit: "the take profit was reached",
};

/** @param {string} state */
export function stateText(state) {
  return STATES[state] ?? capitalized(state.replaceAll("_", " "));
}

/** @param {string | null | undefined} reason a code, or words @returns {string} empty: none was told */
export function reasonText(reason) {
  if (!reason) return "";
  return REASONS[reason] ?? (/^[a-z]+(_[a-z]+)*$/.test(reason) ? reason.replaceAll("_", " ") : reason);
}

/** @param {Pick<Instance, "state" | "reason">} instance @returns {string} such as “Paused: the exchange is away” */
export function stateAndReason({ state, reason }) {
  const why = reasonText(reason);
  return why ? `${stateText(state)}: ${why}` : stateText(state);
}

/** @param {Pick<Instance, "active_buy_orders" | "active_sell_orders">} instance @returns {string} how many orders rest */
export function ordersText({ active_buy_orders: buys, active_sell_orders: sells }) {
  return `${formatQuantity(buys, "buy")} · ${formatQuantity(sells, "sell")}`;
}

/** @param {Pick<Instance, "active_buy_orders" | "active_sell_orders">} instance @returns {string} empty: none rests */
export function openOrdersText(instance) {
  return instance.active_buy_orders + instance.active_sell_orders ? `open: ${ordersText(instance)}` : "";
}

/**
 * @param {Instance} instance
 * @param {import("../../../../types/instances.js").InstanceMarket} market
 * @param {Figure[]} own those that only its kind has
 * @returns {Figure[]}
 */
export function figuresOf(instance, { base, quote }, own) {
  const gain = (/** @type {string} */ name, /** @type {number | null} */ value) => {
    return { name, value: gainText(value, quote), direction: direction(value) };
  };
  return [
    gain("Profit", profitOf(instance)),
    gain("Realised", instance.realized_pnl),
    gain("Unrealised", instance.unrealized_pnl),
    ...own,
    flatFigure("Fees", moneyText(instance.fees, quote)),
    flatFigure("Open orders", ordersText(instance)),
    flatFigure("Position", `${text(instance.position)} ${base}`.trim()),
    flatFigure("Equity", moneyText(instance.equity, quote)),
    flatFigure("Invested", moneyText(instance.invested, quote)),
  ];
}

/** @param {string} name @param {string} value @returns {Figure} one that is neither good nor bad */
export function flatFigure(name, value) {
  return { name, value, direction: "flat" };
}
