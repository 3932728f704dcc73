/** What a sweep came to, in words. Pure. */
import { NOTHING, formatNumber, formatPercent, formatQuantity, formatWhole } from "../../shared/format.js";
import { paramText } from "../runs/run_text.js";

/** @typedef {import("../../../types/backtests.js").SweepResult} SweepResult */

/** @param {string} name of a parameter */
export function wordsOf(name) {
  return name.replaceAll("_", " ");
}

/** @param {Record<string, unknown>} parameters */
export function paramsText(parameters) {
  return Object.entries(parameters).map(([name, value]) => `${wordsOf(name)} ${paramText(value)}`).join(", ");
}

/** @param {SweepResult} sweep @returns {string} how many runs it had, and what was left out of it */
export function sweptText({ cells, left_out: leftOut }) {
  const failed = cells.filter(({ error }) => error).length;
  const parts = [
    `${formatQuantity(cells.length, "run")}.`,
    leftOut ? `${formatQuantity(leftOut, "combination")} left out, as the strategy doesn't allow them.` : "",
    failed ? `${formatQuantity(failed, "run")} failed.` : "",
  ];
  return parts.filter(Boolean).join(" ");
}

/** @param {SweepResult} sweep @returns {string} whether its best is more than the luck of many tries */
export function sweepLuckText({ deflated_sharpe: probability, trials, backtest }) {
  if (probability === null) return "There are too few returns to tell the best of these from luck.";
  const tried = `You have tried ${formatWhole(trials)} backtests on ${backtest.symbol} by now`;
  return `${tried}: the probability that the best one's Sharpe ratio is more than luck is ${formatNumber(probability * 100, 0)}% (from 95% on it convinces).`;
}

/** @param {import("../../../types/backtests.js").WalkForwardReport} report @returns {string} what following it came to */
export function walkForwardText({ windows, among_best: amongBest, total_return: total, sharpe }) {
  const ratio = sharpe === null ? "" : `, with a Sharpe ratio of ${formatNumber(sharpe, 2)}`;
  const chosen = windows.filter(({ best }) => best !== null).length;
  const best = chosen
    ? `In ${amongBest} of ${formatQuantity(chosen, "window")} the one that was chosen was among the best quarter afterwards.`
    : "In no window did the days before tell one from another.";
  return `Trading what was best before returned ${formatPercent(total * 100)} in all${ratio}. ${best}`;
}

/** @param {import("../../../types/backtests.js").WalkForwardReport["windows"][number]} window @returns {string} its place afterwards */
export function rankText({ rank, ranked }) {
  return rank === null ? NOTHING : `${formatWhole(rank)} of ${formatWhole(ranked)}`;
}
