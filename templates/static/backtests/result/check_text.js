/** Whether a result can be believed, in the words of somebody who trades. Pure. */
import { capitalized, formatNumber, formatPercent, formatQuantity, formatWhole } from "../../shared/format.js";
import { momentText } from "../../shared/moments.js";

/** @typedef {import("../../../types/backtests.js").Result} Result */
/** @typedef {"good" | "bad" | "quiet"} Level */
/** @typedef {{name: string, level: Level, title: string, text: string, details: string[]}} Check */

const MOST_DETAILS = 5;
const CONVINCING = 0.95;
/** @type {Record<string, Level>} */
const LEVELS = { passed: "good", failed: "bad", not_checked: "quiet" };

/** @param {Result} result @returns {Check[]} */
export function checksOf(result) {
  const { look_ahead, warm_up, data_gaps, path_dependence } = result.checks;
  return [
    luckOf(result),
    rangeOf(result),
    lookAheadOf(look_ahead),
    warmUpOf(warm_up),
    gapsOf(data_gaps),
    pathOf(path_dependence),
    ...refusalsOf(result),
  ];
}

/** @param {Result} result */
function luckOf({ deflated_sharpe: probability, trials, backtest, metrics }) {
  const name = "luck";
  if (metrics.trades && (metrics.total_return ?? 0) <= 0) return check(name, "bad", "It lost", "After fees and slippage there is no gain of which one could ask whether it was luck.");
  const tried = trials > 1 ? `You have tried ${formatWhole(trials)} backtests on ${backtest.symbol}` : `This is your first backtest on ${backtest.symbol}`;
  if (probability === null) {
    return check(name, "quiet", "Too short to tell from luck", `${tried}. There are too few returns to judge its Sharpe ratio.`);
  }
  const chance = `${formatNumber(probability * 100, 0)}%`;
  const best = trials > 1 ? ", and the best of many looks good by luck alone" : "";
  const text = `${tried}${best}. The probability that its Sharpe ratio is more than that is ${chance} (deflated Sharpe ratio; from 95% on it convinces).`;
  const isConvincing = probability >= CONVINCING;
  return check(name, isConvincing ? "good" : "bad", isConvincing ? "Hardly luck" : "May well be luck", text);
}

/** @param {Result} result */
function rangeOf({ intervals }) {
  const bounds = intervals.total_return;
  const name = "interval";
  if (!bounds) return check(name, "quiet", "No interval", "There are too few returns to say how far they could have scattered.");
  const [low, high] = bounds.map((value) => formatPercent(value * 100));
  const sharpe = intervals.sharpe ? ` Its Sharpe ratio would be between ${intervals.sharpe.map((value) => formatNumber(value, 2)).join(" and ")}.` : "";
  const text = `Drawn anew from the run's own returns, in blocks, 95 of 100 histories return between ${low} and ${high}.${sharpe}`;
  if (bounds[0] > 0) return check(name, "good", "A gain in nearly every history", text);
  if (bounds[1] < 0) return check(name, "bad", "A loss in nearly every history", text);
  return check(name, "quiet", "Gain or loss: both are likely", text);
}

/** @param {import("../../../types/backtests.js").LookAheadCheck} report */
function lookAheadOf({ verdict, cuts, decisions, differences }) {
  const titles = { passed: "Doesn't look ahead", failed: "Looks ahead", not_checked: "Look-ahead not checked" };
  const texts = {
    passed: `Cut off at ${formatQuantity(cuts, "place")}, it decides the same without knowing what comes (${formatQuantity(decisions, "decision")} compared).`,
    failed: "It decides otherwise where the candles end right after the decision: it uses prices that it could not have known. Don't trust this result.",
    not_checked: "There was nothing to compare.",
  };
  return ofDecisions("look_ahead", verdict, titles, texts, differences);
}

/** @param {import("../../../types/backtests.js").WarmUpCheck} report */
function warmUpOf({ verdict, candles, decisions, differences }) {
  const titles = { passed: "Warmed up", failed: "Not warmed up", not_checked: "Warm-up not checked" };
  const texts = {
    passed: `With more history before the start it decides the same (${formatQuantity(decisions, "decision")} compared; its indicators need ${formatQuantity(candles, "candle")}).`,
    failed: "With more history before the start it decides otherwise: its indicators had not settled yet.",
    not_checked: "There was nothing to compare.",
  };
  return ofDecisions("warm_up", verdict, titles, texts, differences);
}

/**
 * @param {string} name
 * @param {import("../../../types/backtests.js").Verdict} verdict
 * @param {Record<import("../../../types/backtests.js").Verdict, string>} titles
 * @param {Record<import("../../../types/backtests.js").Verdict, string>} texts
 * @param {import("../../../types/backtests.js").LookAheadCheck["differences"]} differences
 */
function ofDecisions(name, verdict, titles, texts, differences) {
  const told = verdict === "failed" ? differences.slice(0, MOST_DETAILS) : []; // with less history some may differ
  const details = told.map(({ time, expected, found }) => {
    return `${momentText(time)}: ${expected || "nothing"} became ${found || "nothing"}`;
  });
  return check(name, LEVELS[verdict], titles[verdict], texts[verdict], details);
}

/** @param {import("../../../types/backtests.js").DataGapsCheck} report */
function gapsOf({ verdict, candles, missing, gap_count: count, gaps }) {
  if (!missing) return check("data_gaps", LEVELS[verdict], "No gaps", `All ${formatWhole(candles)} candles of the range are there.`);
  const share = formatNumber((missing / (candles + missing)) * 100, 2);
  const text = `${formatQuantity(missing, "candle")} (${share}%) in ${formatQuantity(count, "gap")} are missing: nothing could be traded there.`;
  const details = gaps.slice(0, MOST_DETAILS).map(({ start, end }) => `${momentText(start)} to ${momentText(end)}`);
  return check("data_gaps", LEVELS[verdict], "Gaps in the data", text, details);
}

/** @param {import("../../../types/backtests.js").PathDependenceCheck} report */
function pathOf({ verdict, fills, dependent, share, finer_candles: finer }) {
  const name = "path_dependence";
  if (!fills) return check(name, "quiet", "No fills", "Nothing was bought or sold.");
  const decided = finer ? ` Finer candles decided it in ${formatQuantity(finer, "candle")}.` : "";
  if (!dependent) {
    return check(name, LEVELS[verdict], "No guess within a candle", `None of ${formatQuantity(fills, "fill")} depended on which price came first in its candle.${decided}`);
  }
  const text = `${formatWhole(dependent)} of ${formatQuantity(fills, "fill")} (${formatNumber(share * 100, 1)}%) depended on which price came first within a candle, which it doesn't tell.${decided}`;
  return check(name, LEVELS[verdict], verdict === "failed" ? "Much was guessed within candles" : "Little was guessed within candles", text);
}

/** @param {Result} result */
function refusalsOf({ refusals = [], refusal_count: count = refusals.length }) {
  if (!count) return [];
  const details = refusals.slice(0, MOST_DETAILS).map(({ time, message }) => `${momentText(time)}: ${capitalized(message)}`);
  return [check("refusals", "quiet", "Some orders were refused", `${formatQuantity(count, "order")} did not pass the exchange's rules, or the capital.`, details)];
}

/** @param {string} name @param {Level} level @param {string} title @param {string} text @param {string[]} [details] @returns {Check} */
function check(name, level, title, text, details = []) {
  return { name, level, title, text, details };
}
