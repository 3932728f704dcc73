/** Several runs beside each other: what differs between them, and who did best. Pure. */
import { metricRows, metricValue } from "../../shared/strategies/backtest_metrics.js";
import { spanText } from "../../shared/moments.js";
import { costsText, paramRows } from "../runs/run_text.js";

/** @typedef {import("../../../types/backtests.js").Compared} Compared */
/** @typedef {{name: string, texts: string[], isDifferent: boolean}} SettingRow */
/** @typedef {{row: import("../../shared/strategies/backtest_metrics.js").MetricRow, values: (number | null)[], best: number | null}} ComparedRow */

/** Of these less is better. */
const LESS_IS_BETTER = new Set(["max_drawdown", "max_drawdown_length", "volatility", "fees"]);
/** Nobody is better by more of these. */
const NEITHER = new Set(["trades", "exposure"]);
const MISSING = "–";

/** @param {Compared[]} items @returns {SettingRow[]} first what was run on, then each parameter that any of them has */
export function settingRows(items) {
  const settings = items.map(({ backtest }) => new Map(settingsOf(backtest)));
  const names = [...new Set(settings.flatMap((each) => [...each.keys()]))];
  return names.map((name) => {
    const texts = settings.map((each) => each.get(name) ?? MISSING);
    return { name, texts, isDifferent: new Set(texts).size > 1 };
  });
}

/** @param {import("../../../types/backtests.js").Backtest} backtest @returns {[string, string][]} */
function settingsOf(backtest) {
  const { title, symbol, interval, start, end } = backtest;
  return [
    ["Strategy", title],
    ["Market", `${symbol} ${interval}`],
    ["Time", spanText(start, end)],
    ["Capital and costs", costsText(backtest)],
    ...paramRows(backtest),
  ];
}

/** @param {Compared[]} items @returns {ComparedRow[]} `best`: the place of the best, null where there is none or a tie */
export function comparedRows(items) {
  const all = Object.assign({}, ...items.map(({ metrics }) => metrics));
  return metricRows(all).map((row) => {
    const values = items.map(({ metrics }) => metricValue(metrics, row.name));
    return { row, values, best: bestOf(row.name, values) };
  });
}

/** @param {string} name @param {(number | null)[]} values */
function bestOf(name, values) {
  const known = values.filter((value) => value !== null);
  if (NEITHER.has(name) || known.length < 2) return null;
  const best = LESS_IS_BETTER.has(name) ? Math.min(...known) : Math.max(...known);
  return values.filter((value) => value === best).length === 1 ? values.indexOf(best) : null;
}

/** @param {Compared[]} items @returns {string[]} a name for each, as short as it can be told from the others by */
export function namesOf(items) {
  const differing = settingRows(items).filter(({ isDifferent, name }) => isDifferent && name !== "Capital and costs" && name !== "Time");
  return items.map(({ backtest }, index) => {
    const parts = differing.map(({ name, texts }) => (name === "Strategy" || name === "Market" ? texts[index] : `${name} ${texts[index]}`));
    const words = parts.filter((part) => !part.endsWith(MISSING)).slice(0, 3).join(", ");
    return `${index + 1}. ${words || backtest.title}`;
  });
}
