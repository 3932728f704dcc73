/** One of the user's runs in their list: what it is, how it is, and whether it is to be compared. */
import { element, setData, setText } from "../../shared/painting.js";
import { addressOf } from "../address.js";
import { metricDirection, metricOf, metricText } from "../../shared/strategies/backtest_metrics.js";
import { spanText } from "../../shared/moments.js";
import { isUnderWay, shortPhaseText, stateText } from "../progress.js";

/** @typedef {import("../../../types/backtests.js").Backtest} Backtest */

export class RunRow {
  #link = element("a", { class: "row-name" });
  #what = element("span", { class: "run-span muted" });
  #state = element("span", { class: "run-figure" });
  #bar = element("progress", { max: "1" });
  #box = element("input", { type: "checkbox" });

  /** @param {string} id */
  constructor(id) {
    this.#link.setAttribute("href", addressOf({ id }));
    this.#link.dataset.run = this.#box.value = id;
    const compare = element("label", { class: "run-compare", title: "Compare" }, this.#box);
    this.element = element("li", {}, compare, this.#link, this.#state, this.#what, this.#bar);
  }

  /** @param {Backtest} backtest */
  show(backtest) {
    const { kind, title, symbol, interval, start, end } = backtest;
    setText(this.#link, `${title}${kind === "sweep" ? " · sweep" : ""}`);
    setText(this.#what, `${symbol} ${interval}, ${spanText(start, end)}`);
    this.#box.setAttribute("aria-label", `Compare ${title}, ${symbol} ${interval}, ${spanText(start, end)}`);
    this.#box.disabled = kind === "sweep" || isUnderWay(backtest) || backtest.state === "error";
    setData(this.element, "state", backtest.state);
    this.#showState(backtest);
  }

  /** @param {boolean} isShown @param {boolean} isCompared */
  mark(isShown, isCompared) {
    if (isShown) this.#link.setAttribute("aria-current", "page");
    else this.#link.removeAttribute("aria-current");
    this.#box.checked = isCompared;
  }

  /** @param {Backtest} backtest */
  #showState(backtest) {
    const row = metricOf("total_return");
    const value = backtest.metrics?.total_return;
    const isTold = !isUnderWay(backtest) && value !== undefined && value !== null;
    const words = isUnderWay(backtest) ? shortPhaseText(backtest) : stateText(backtest.state);
    setText(this.#state, isTold ? metricText(row, value) : words);
    setData(this.#state, "direction", isTold ? metricDirection(row, value) : "flat");
    this.#bar.hidden = !isUnderWay(backtest);
    this.#bar.setAttribute("aria-label", words);
    if (isUnderWay(backtest)) this.#bar.value = backtest.progress?.progress ?? 0;
  }
}
