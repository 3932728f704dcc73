/** The tables of a result that are written once: metrics beside the benchmarks, returns by month, what it can be believed. */
import { byId } from "../../shared/elements.js";
import { NOTHING, formatSigned } from "../../shared/format.js";
import { element } from "../../shared/painting.js";
import { HEADLINE, metricDirection, metricOf, metricRows, metricText, metricValue } from "../../shared/strategies/backtest_metrics.js";
import { checksOf } from "./check_text.js";

/** @typedef {import("../../../types/backtests.js").Metrics} Metrics */
/** @typedef {import("../../../types/backtests.js").Result} Result */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** @param {Result} result @param {string} quote asset of amounts */
export function showTables(result, quote) {
  showHeadline(result.metrics, quote);
  showMetrics(result, quote);
  showMonths(result.monthly);
  showChecks(result);
}

/** @param {import("../../shared/strategies/backtest_metrics.js").MetricRow} row @param {number | null | undefined} value @param {string} quote */
export function metricCell(row, value, quote) {
  const direction = metricDirection(row, value);
  return element("td", { class: "number", "data-direction": direction }, metricText(row, value, quote));
}

/** @param {Metrics} metrics @param {string} quote */
function showHeadline(metrics, quote) {
  const figures = HEADLINE.map((name) => {
    const row = metricOf(name);
    const value = element("dd", { "data-direction": metricDirection(row, metrics[name]) }, metricText(row, metrics[name], quote));
    return element("div", {}, element("dt", {}, row.title), value);
  });
  byId("headline").replaceChildren(...figures);
}

/** @param {Result} result @param {string} quote */
function showMetrics({ metrics, benchmarks }, quote) {
  const columns = [metrics, benchmarks.buy_and_hold, benchmarks.flat];
  const rows = metricRows(metrics).map((row) => {
    const head = element("th", { scope: "row" }, row.title);
    if (row.hint) head.append(element("span", { class: "muted hint" }, row.hint));
    return element("tr", {}, head, ...columns.map((column) => metricCell(row, metricValue(column, row.name), quote)));
  });
  byId("metric-rows").replaceChildren(...rows);
}

/** @param {import("../../../types/backtests.js").Year[]} years */
function showMonths(years) {
  const heads = ["Year", ...MONTHS, "All"].map((name, index) => {
    return element("th", { scope: "col", class: index ? "number" : "" }, name);
  });
  byId("monthly-head").replaceChildren(...heads);
  const rows = years.map(({ year, months, total }) => {
    return element("tr", {}, element("th", { scope: "row" }, String(year)), ...months.map(monthCell), monthCell(total));
  });
  byId("monthly-rows").replaceChildren(...rows);
}

/** @param {number | null} fraction */
function monthCell(fraction) {
  const direction = metricDirection(metricOf("total_return"), fraction);
  const text = fraction === null ? NOTHING : `${formatSigned(fraction * 100, 1)}%`;
  return element("td", { class: "number", "data-direction": direction }, text);
}

/** @param {Result} result */
export function showChecks(result) {
  const items = checksOf(result).map(({ name, level, title, text, details }) => {
    const words = element("div", {}, element("strong", {}, title), element("p", {}, text));
    if (details.length) {
      const list = element("ul", {}, ...details.map((each) => element("li", {}, each)));
      words.append(element("details", {}, element("summary", {}, "Show them"), list));
    }
    const sign = { good: "✓", bad: "✗", quiet: "·" }[level];
    return element("li", { "data-level": level, "data-check": name }, element("span", { class: "check-sign", "aria-hidden": "true" }, sign), words);
  });
  byId("check-list").replaceChildren(...items);
}
