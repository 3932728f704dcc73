/** The metrics of a run: their names in words, and how each is written. Pure. */
import { NOTHING, formatDuration, formatNumber, formatPercent, formatWhole } from "../format.js";
import { gainMoneyText, moneyText } from "../money.js";

/** @typedef {"percent" | "signed percent" | "ratio" | "amount" | "signed amount" | "duration" | "count"} Unit */
/** @typedef {{name: string, title: string, unit: Unit, hint?: string}} MetricRow */

/** @type {MetricRow[]} in the order of the table */
const KNOWN = [
  { name: "total_return", title: "Total return", unit: "signed percent", hint: "Net of fees and slippage" },
  { name: "final_equity", title: "Final equity", unit: "amount" },
  { name: "cagr", title: "Yearly growth (CAGR)", unit: "signed percent", hint: "Only from 30 days on" },
  { name: "volatility", title: "Volatility", unit: "percent", hint: "Of the returns, by the year" },
  { name: "sharpe", title: "Sharpe ratio", unit: "ratio", hint: "Return for each unit of volatility, by the year" },
  { name: "sortino", title: "Sortino ratio", unit: "ratio", hint: "As the Sharpe ratio, but only falls count as risk" },
  { name: "calmar", title: "Calmar ratio", unit: "ratio", hint: "Yearly growth for each unit of the maximum drawdown" },
  { name: "max_drawdown", title: "Maximum drawdown", unit: "percent", hint: "The deepest fall from a peak of equity" },
  { name: "max_drawdown_length", title: "Its length", unit: "duration", hint: "From the peak until it was reached again" },
  { name: "exposure", title: "Exposure", unit: "percent", hint: "Share of the candles with a position" },
  { name: "trades", title: "Trades", unit: "count", hint: "Closed ones" },
  { name: "win_rate", title: "Win rate", unit: "percent", hint: "Share of trades with a profit after fees" },
  { name: "profit_factor", title: "Profit factor", unit: "ratio", hint: "All profits over all losses" },
  { name: "expectancy", title: "Mean profit of a trade", unit: "signed amount" },
  { name: "average_trade", title: "Mean return of a trade", unit: "signed percent" },
  { name: "best_trade", title: "Best trade", unit: "signed percent" },
  { name: "worst_trade", title: "Worst trade", unit: "signed percent" },
  { name: "fees", title: "Fees paid", unit: "amount" },
];
const BY_NAME = new Map(KNOWN.map((row) => [row.name, row]));
/** Those whose colour says whether one gained. */
const GAINS = new Set(["signed percent", "signed amount"]);

export const HEADLINE = ["total_return", "max_drawdown", "sharpe", "trades", "win_rate", "fees"];

/** @param {import("../../../types/backtests.js").Metrics} metrics @returns {MetricRow[]} those that there are, the known first */
export function metricRows(metrics) {
  const others = Object.keys(metrics).filter((name) => !BY_NAME.has(name));
  return [...KNOWN.filter(({ name }) => name in metrics), ...others.map(metricOf)];
}

/** @param {string} name @returns {MetricRow} */
export function metricOf(name) {
  const words = name.replaceAll("_", " ");
  return BY_NAME.get(name) ?? { name, title: words[0].toUpperCase() + words.slice(1), unit: "ratio" };
}

/** @param {import("../../../types/backtests.js").Metrics | null | undefined} metrics @param {string} name @returns {number | null} */
export function metricValue(metrics, name) {
  return metrics?.[name] ?? null;
}

/** @param {MetricRow} row @param {number | null | undefined} value @param {string} [quote] asset of amounts */
export function metricText({ unit }, value, quote = "") {
  if (value === null || value === undefined) return NOTHING;
  if (unit === "percent") return `${formatNumber(value * 100, 2)}%`;
  if (unit === "signed percent") return formatPercent(value * 100);
  if (unit === "duration") return formatDuration(value / 1000);
  if (unit === "count") return formatWhole(value);
  if (unit === "amount") return moneyText(value, quote);
  return unit === "signed amount" ? gainMoneyText(value, quote) : formatNumber(value, 2);
}

/** @param {MetricRow} row @param {number | null | undefined} value @returns {string} `up`, `down` or `flat` */
export function metricDirection({ unit }, value) {
  if (!GAINS.has(unit) || !value) return "flat";
  return value > 0 ? "up" : "down";
}
