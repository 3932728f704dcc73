/** The kill switch in words: what it stands at, what throwing it will do, and what it did. Pure. */
import { formatQuantity } from "../../format.js";

/** @typedef {import("../../../../types/trading.js").KillSwitchState} KillSwitchState */
/** @typedef {import("../../../../types/trading.js").KillSwitchAnswer} KillSwitchAnswer */
/** @typedef {Exclude<import("../../../../types/trading.js").TradingLevel, "active">} Level that the switch is thrown to */

/** @type {Record<string, string>} */
const LEVELS = {
  halted: "Trading is halted: no order is taken, and no grid or strategy trades",
  reduce_only: "Trading is reduced: only what lowers a position is taken",
};
const STAYS = "Allowing trading again starts no grid or strategy: those that stopped stay stopped.";

/** @param {KillSwitchState} state @returns {string} empty: one may trade */
export function standingText({ state, global: everybody, user }) {
  if (state === "active") return "";
  const what = LEVELS[state] ?? `Trading stands at ${state}`;
  if (everybody === "active") return `${what}, by your kill switch.`;
  return `${what}, by the kill switch of the whole platform${user === "active" ? "" : " and by yours"}.`;
}

/** @param {KillSwitchState} state whether it is oneself who may set trading free */
export function isOwn({ user }) {
  return user !== "active";
}

/** @param {string} level of the whole platform @returns {string} */
export function platformText(level) {
  return level === "active" ? "Everybody trades as their own limits and switches allow." : `${LEVELS[level] ?? `Trading stands at ${level}`}, for everybody.`;
}

/** @param {number} grids that are live @param {boolean} closes whether what is held is sold @returns {string[]} */
export function throwSentences(grids, closes) {
  return [
    "From then on no new order of yours is taken, by hand, by a grid, by a strategy or by an API key.",
    `${grids ? `${stoppedText(grids)}, and every` : "Every"} open order of yours is cancelled.`,
    "Strategies of yours that run stop, too.",
    closes ? "What you hold is sold at the market." : "What you hold stays, whatever its price does.",
    "Allowing trading again starts no grid or strategy: that is left to you.",
  ];
}

/** @param {Level} level @param {boolean} closes whether what is held is sold @returns {string[]} of the whole platform's */
export function platformSentences(level, closes) {
  const halts = [
    "From then on no order of anybody is taken, by hand, by a grid, by a strategy or by an API key, on any gateway.",
    "All grids and strategies of all users stop, and all open orders are cancelled.",
    closes ? "What users hold by hand is sold at the market, and grids and strategies that stop sell what they hold." : "What users hold stays, whatever its price does.",
  ];
  const reduces = [
    "From then on only orders that sell are taken, of everybody, on any gateway.",
    "All open orders that buy are cancelled, those of grids and strategies too; these run on with what sells.",
    closes ? "What users hold by hand is sold at the market." : "What users hold stays, until they sell it.",
  ];
  return [...(level === "halted" ? halts : reduces), `Only a superuser allows trading again. ${STAYS}`];
}

/** Of the whole platform's. @returns {string[]} */
export function freeSentences() {
  return ["Orders of everybody are taken again, as far as their own switches allow.", STAYS, "Nothing resumes by itself: neither cancelled orders nor stopped grids and strategies come back."];
}

/** @param {boolean} isBlocked whether orders are refused already @param {number} seconds since it was thrown @returns {string[]} */
export function progressSentences(isBlocked, seconds) {
  const blocked = isBlocked ? "New orders are refused already." : "Blocking new orders, and waiting for those that are being placed…";
  return [blocked, ...(isBlocked ? [`Stopping and cancelling what is open… ${formatQuantity(seconds, "second")}.`] : [])];
}

/** @param {number} grids at least one */
function stoppedText(grids) {
  return grids === 1 ? "Your grid stops" : `All ${grids} grids of yours that run stop`;
}

/** @param {KillSwitchAnswer} answer @returns {string} */
export function doneText({ state, affected: { grids_stopped: grids, strategies_stopped: strategies, orders_cancelled: orders } }) {
  const what = state === "reduce_only" ? "Only what sells is taken now" : "Trading is halted";
  const stopped = strategies ? `${formatQuantity(grids, "grid")} and ${strategies === 1 ? "1 strategy" : `${strategies} strategies`}` : formatQuantity(grids, "grid");
  return `${what}: ${stopped} stopped, ${formatQuantity(orders, "order")} cancelled.`;
}
