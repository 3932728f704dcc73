/** What changing a grid's parameters would do, in words. Pure. */
import { formatNumber, formatQuantity } from "../../shared/format.js";
import { moneyNumber, moneyText } from "../../shared/money.js";
import { numberShown, text } from "../../shared/typed_numbers.js";
import { countOf, plannedLines } from "../preview/planned_lines.js";
import { netText } from "../preview/preview_text.js";
import { ordersText } from "../../shared/trading/instances/instance_text.js";

/** @typedef {import("../../../types/grids.js").Grid} Grid */
/** @typedef {import("../../../types/grids.js").Preview} Preview */
/** @typedef {import("../preview/preview_text.js").Market} Market */

/** Where one of these changes, its lines or its orders are others. */
const REBUILDING = ["lower_price", "upper_price", "grid_count", "spacing", "investment", "order_size"];
/** A preview is of a grid that begins: one that there is has most of its money already. */
const OF_A_NEW_GRID = "INSUFFICIENT_BALANCE";

/** @param {Grid} grid whether its trigger hasn't been reached */
export function isWaiting({ state, started }) {
  return state === "waiting_trigger" || (state === "paused" && started === null);
}

/** @param {Grid} grid @param {Record<string, unknown>} changes @returns {Record<string, unknown>} of `grid.preview`: the grid as it would be */
export function changedGiven(grid, changes) {
  const { trigger_price: trigger, ...parameters } = grid.parameters;
  const waits = isWaiting(grid) ? { trigger_price: trigger } : {}; // one that has begun is planned at the price of now
  const given = { ...parameters, ...waits, ...changes, pair: grid.symbol, account: grid.account };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

/**
 * @param {Grid} grid as it is
 * @param {Record<string, unknown>} changes of `grid.update_params`
 * @param {Preview | null} preview of the grid as it would be; null: nothing is changed
 * @param {Market} market
 * @returns {string[]} sentences
 */
export function changeEffects(grid, changes, preview, market) {
  if (!preview) return ["You have changed nothing yet. Only what you change is changed."];
  const isRebuilt = REBUILDING.some((name) => name in changes);
  const doubts = preview.warnings.filter(({ code }) => code !== OF_A_NEW_GRID).map(({ message }) => `${message}.`);
  const kept = `It has realised ${moneyNumber(grid.realized_pnl, market.quote)} so far, which stays.`;
  return [...(isRebuilt ? linesText(grid, changes, preview, market) : ["Its lines and its orders stay as they are."]), ...investmentText(grid, changes, market), kept, ...doubts];
}

/** @param {Grid} grid @param {Record<string, unknown>} changes @param {Preview} preview @param {Market} market @returns {string[]} */
function linesText(grid, changes, preview, market) {
  const price = (/** @type {number} */ value) => formatNumber(value, market.decimals);
  const trigger = numberShown(changes.trigger_price ?? grid.parameters.trigger_price);
  const lines = plannedLines(preview, isWaiting(grid) ? trigger : null);
  const orders = `about ${formatQuantity(countOf(lines, "buy"), "buy order")} and ${formatQuantity(countOf(lines, "sell"), "sell order")} of about ${text(preview.order_size)} ${market.base} each`;
  const drawn = `Its lines are drawn anew: ${formatQuantity(lines.length, "line")} between ${price(preview.lines[0])} and ${price(preview.lines[preview.lines.length - 1])}.`;
  const placed = isWaiting(grid) ? `Once it begins, ${orders} are placed.` : `Its open orders (${ordersText(grid)}) are cancelled, and ${orders} are placed, as far as what it holds allows.`;
  return [drawn, placed, `Each buy and sell of a pair of lines earns ${netText(preview.net_percent)} after fees.`];
}

/** @param {Grid} grid @param {Record<string, unknown>} changes @param {Market} market @returns {string[]} */
function investmentText({ parameters, invested }, changes, market) {
  const before = parameters.investment ?? invested; // one of a given order size has no investment of its own
  const after = numberShown(changes.investment);
  if (after === null || after === before) return [];
  const amount = moneyText(Math.abs(after - before), market.quote);
  return [after > before ? `It takes ${amount} more of your paper account.` : `Up to ${amount} go back to your paper account.`];
}
