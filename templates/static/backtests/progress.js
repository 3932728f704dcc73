/** How far a backtest is, as the server tells it by REST and by events. Pure. */
import { formatCount, formatNumber } from "../shared/format.js";
import { moneyText } from "../shared/money.js";
import { momentText } from "../shared/moments.js";

/** @typedef {import("../../types/backtests.js").Backtest} Backtest */
/** @typedef {import("../../types/backtests.js").Progress} Progress */

const UNDER_WAY = new Set(["created", "running"]);
/** @type {Record<string, string>} */
const STATES = { created: "Queued", running: "Running", completed: "Completed", cancelled: "Cancelled", error: "Failed" };

/** @param {Pick<Backtest, "state">} backtest */
export function isUnderWay({ state }) {
  return UNDER_WAY.has(state);
}

/** @param {string} state in words */
export function stateText(state) {
  return STATES[state] ?? state;
}

/** @param {Backtest} backtest @param {Progress} event @returns {Backtest} as it is after the event */
export function withProgress(backtest, event) {
  if (!isUnderWay(backtest)) return backtest; // one that came late
  const { id: _, ...told } = event;
  return { ...backtest, state: "running", progress: { ...backtest.progress, ...told } };
}

/** @param {Backtest} backtest @returns {string} such as “Running, 42%” */
export function phaseText(backtest) {
  if (backtest.state === "created") return "Queued: it begins once a worker is free";
  const { progress } = backtest;
  const what = progress?.phase === "candles" ? "Fetching missing candles" : "Running";
  return progress ? `${what}, ${formatNumber(progress.progress * 100, 0)}%` : what;
}

/** @param {Backtest} backtest @returns {string} as `phaseText`, for a narrow place */
export function shortPhaseText(backtest) {
  const { state, progress } = backtest;
  if (state === "created") return stateText(state);
  return progress?.phase === "candles" ? `Fetching, ${formatNumber(progress.progress * 100, 0)}%` : phaseText(backtest);
}

/** @param {Backtest} backtest @param {string} quote asset @returns {string} date, trades and equity so far */
export function figuresText(backtest, quote) {
  const { phase, current_date: date, trades_count: trades, current_equity: equity } = backtest.progress ?? {};
  if (phase === "candles") return date ? `at ${momentText(date).slice(0, 10)}` : "";
  const parts = [
    ...(date ? [`at ${momentText(date).slice(0, 10)}`] : []),
    ...(trades ? [`${formatCount(trades)} trades`] : []),
    ...(equity === undefined ? [] : [`equity ${moneyText(equity, quote)}`]),
  ];
  return parts.join(" · ");
}
