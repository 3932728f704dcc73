/** Up to five runs beside each other: their returns as lines, their settings with what differs marked, their metrics. */
import { byId } from "../../shared/elements.js";
import { element } from "../../shared/painting.js";
import { EquityChart } from "../../shared/chart/equity_chart.js";
import { changesOf } from "../../shared/chart/line_points.js";
import { metricText } from "../../shared/strategies/backtest_metrics.js";
import { quoteAssetOf } from "../../shared/money.js";
import { msOf } from "../../shared/moments.js";
import { metricCell } from "../result/tables.js";
import { comparedRows, namesOf, settingRows } from "./comparison_rows.js";

/** @typedef {import("../../../types/backtests.js").Compared} Compared */

const COLOURS = ["accent", "line-1", "line-3", "line-4", "up"];
/** Of per cent, as those of drawdowns. */
const RETURN_DECIMALS = 1;

export class ComparisonView {
  #part = byId("comparison");
  /** @type {EquityChart | undefined} */
  #chart;

  /** @param {() => void} close */
  constructor(close) {
    byId("comparison-close").addEventListener("click", close);
  }

  /** @param {typeof import("lightweight-charts")} library */
  drawWith(library) {
    this.#chart = new EquityChart(byId("comparison-chart"), library, { unit: "%" });
  }

  /** @param {Compared[]} items none: it is closed */
  show(items) {
    this.#part.hidden = !items.length;
    const names = namesOf(items);
    byId("comparison-head").replaceChildren(element("th", { scope: "col" }, "Run"), ...names.map((name, index) => headOf(name, index, items[index])));
    byId("comparison-rows").replaceChildren(...settingRows(items).map(settingRow), ...comparedRows(items).map((each) => metricRow(each, items)));
    const lines = items.map((item, index) => lineOf(item, names[index], index));
    this.#chart?.show(lines, [], { decimals: RETURN_DECIMALS });
  }
}

/** @param {string} name @param {number} index @param {Compared} item */
function headOf(name, index, { backtest }) {
  const link = element("a", { href: `/backtests/${backtest.id}/` }, name);
  const swatch = element("span", { class: "swatch", "data-line": COLOURS[index], "aria-hidden": "true" });
  return element("th", { scope: "col", class: "number" }, swatch, link);
}

/** @param {Compared} item @param {string} name @param {number} index @returns {import("../../shared/chart/equity_chart.js").Line} */
function lineOf({ backtest, equity }, name, index) {
  const values = changesOf(equity.equity, backtest.initial_capital);
  return { name, colour: COLOURS[index], times: equity.times.map(msOf), values };
}

/** @param {import("./comparison_rows.js").SettingRow} setting */
function settingRow({ name, texts, isDifferent }) {
  const cells = texts.map((words) => element("td", { class: "setting" }, isDifferent ? element("mark", {}, words) : words));
  return element("tr", {}, element("th", { scope: "row" }, name), ...cells);
}

/** @param {import("./comparison_rows.js").ComparedRow} compared @param {Compared[]} items */
function metricRow({ row, values, best }, items) {
  const cells = values.map((value, index) => {
    const quote = quoteAssetOf(items[index].backtest);
    if (index !== best) return metricCell(row, value, quote);
    const cell = element("td", { class: "number best" }, element("strong", {}, metricText(row, value, quote)));
    cell.append(element("span", { class: "visually-hidden" }, " the best"));
    return cell;
  });
  return element("tr", {}, element("th", { scope: "row" }, row.title), ...cells);
}
