/** What a sweep came to: a heat map of its runs, the best of them, and how they did on days on which they weren't chosen. */
import { byId } from "../../shared/elements.js";
import { element, setText } from "../../shared/painting.js";
import { metricOf, metricText, metricValue } from "../../shared/strategies/backtest_metrics.js";
import { quoteAssetOf } from "../../shared/money.js";
import { spanText } from "../../shared/moments.js";
import { metricCell } from "../result/tables.js";
import { paramText } from "../runs/run_text.js";
import { bestCells, heatMapOf, heatOf, scaleOf } from "./heat_map.js";
import { paramsText, rankText, sweepLuckText, sweptText, walkForwardText, wordsOf } from "./sweep_text.js";

/** @typedef {import("../../../types/backtests.js").SweepResult} SweepResult */
/** @typedef {import("../../../types/backtests.js").SweepCell} SweepCell */

const SHOWN = ["sharpe", "total_return", "max_drawdown", "win_rate", "trades"];
const LESS_IS_BETTER = new Set(["max_drawdown"]);
const COUNTS = new Set(["trades", "win_rate", "max_drawdown"]);
const BEST = 10;

export class SweepView {
  #part = byId("sweep");
  #metric = byId("heat-metric", "select");
  #choose;
  /** @type {SweepResult | null} */
  #result = null;

  /** @param {(cell: SweepCell, sweep: SweepResult) => void} choose told of the combination that the reader wants to run alone */
  constructor(choose) {
    this.#choose = choose;
    this.#metric.append(...SHOWN.map((name) => element("option", { value: name }, metricOf(name).title)));
    this.#metric.addEventListener("change", () => this.#draw());
  }

  /** @param {SweepResult | null} result null: none is shown */
  show(result) {
    this.#result = result;
    this.#part.hidden = !result;
    if (!result) return;
    byId("sweep-warning").hidden = !result.warning;
    setText(byId("sweep-warning"), result.warning ?? "");
    this.#draw();
    setText(byId("sweep-luck"), sweepLuckText(result));
    showWalkForward(result);
  }

  #draw() {
    if (!this.#result) return;
    const metric = this.#metric.value;
    const isLessBetter = LESS_IS_BETTER.has(metric);
    const { cells, backtest } = this.#result;
    this.#drawMap(metric, isLessBetter);
    const best = bestCells(cells, metric, { isLessBetter, most: BEST });
    const names = Object.keys(best[0]?.parameters ?? {});
    byId("best-head").replaceChildren(
      ...names.map((name) => element("th", { scope: "col" }, wordsOf(name))),
      ...SHOWN.map((name) => element("th", { scope: "col", class: "number" }, metricOf(name).title)),
      element("th", { scope: "col" }, element("span", { class: "visually-hidden" }, "Run it alone")),
    );
    byId("best-rows").replaceChildren(...best.map((cell) => this.#bestRow(cell, names, quoteAssetOf(backtest))));
  }

  /** @param {string} metric @param {boolean} isLessBetter */
  #drawMap(metric, isLessBetter) {
    const result = /** @type {SweepResult} */ (this.#result);
    const row = metricOf(metric);
    const { rows, columns, grid, others, bounds } = heatMapOf(result, metric, { isLessBetter });
    const corner = rows ? `${wordsOf(rows.name)} ↓ ${wordsOf(columns.name)} →` : wordsOf(columns.name);
    const head = element("tr", {}, element("th", { scope: "col" }, corner), ...columns.values.map((value) => element("th", { scope: "col" }, paramText(value))));
    const body = grid.map((cells, index) => {
      const name = rows ? paramText(rows.values[index]) : row.title;
      return element("tr", {}, element("th", { scope: "row" }, name), ...cells.map(({ cell, value }) => this.#heatCell(cell, value, bounds, metric)));
    });
    byId("heat-map").replaceChildren(element("thead", {}, head), element("tbody", {}, ...body));
    const rest = others.length ? ` Each field shows the best over ${others.map(wordsOf).join(" and ")}.` : "";
    setText(byId("heat-note"), `${sweptText(result)}${rest} A field fills the form with its values.`);
    const isSigned = !COUNTS.has(metric);
    const [low, high] = scaleOf(bounds, { isSigned }) ?? [null, null];
    setText(byId("heat-low"), metricText(row, low));
    setText(byId("heat-high"), metricText(row, high));
    byId("heat-scale").dataset.kind = isSigned ? "signed" : "amount";
  }

  /** @param {SweepCell | null} cell @param {number | null} value @param {[number, number] | null} bounds @param {string} metric */
  #heatCell(cell, value, bounds, metric) {
    if (!cell) return element("td", {}, "–");
    const { side, strength } = heatOf(value, bounds, { isSigned: !COUNTS.has(metric) });
    const button = element("button", { type: "button", class: "heat-cell", "data-side": side }, metricText(metricOf(metric), value));
    button.style.setProperty("--strength", `${strength * 5}%`);
    button.title = cell.error || paramsText(cell.parameters);
    button.addEventListener("click", () => this.#choose(cell, /** @type {SweepResult} */ (this.#result)));
    return element("td", {}, button);
  }

  /** @param {SweepCell} cell @param {string[]} names @param {string} quote */
  #bestRow(cell, names, quote) {
    const button = element("button", { type: "button", class: "link-button" }, "Use");
    button.setAttribute("aria-label", `Use ${paramsText(cell.parameters)}`);
    button.addEventListener("click", () => this.#choose(cell, /** @type {SweepResult} */ (this.#result)));
    const params = names.map((name) => element("td", {}, paramText(cell.parameters[name])));
    return element("tr", {}, ...params, ...SHOWN.map((name) => metricCell(metricOf(name), metricValue(cell.metrics, name), quote)), element("td", {}, button));
  }
}

/** @param {SweepResult} result */
function showWalkForward({ walk_forward: report, cells }) {
  byId("walk-forward").hidden = !report;
  if (!report) return;
  setText(byId("walk-forward-note"), walkForwardText(report));
  const score = metricOf(report.rank_by);
  const chosen = new Map(cells.map(({ number, parameters }) => [number, parameters]));
  const rows = report.windows.map((window) => {
    const { start, train_end: middle, test_end: end, best } = window;
    const words = best === null ? "none" : paramsText(chosen.get(best) ?? {});
    const cellsOfRow = [spanText(start, middle), spanText(middle, end), words];
    return element(
      "tr",
      {},
      ...cellsOfRow.map((text) => element("td", {}, text)),
      metricCell(score, window.train_score, ""),
      metricCell(score, window.test_score, ""),
      metricCell(metricOf("total_return"), window.test_return, ""),
      element("td", { class: "number" }, rankText(window)),
    );
  });
  byId("walk-forward-rows").replaceChildren(...rows);
}
