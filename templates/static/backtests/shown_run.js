/** What the page shows beside the form and the list: one backtest as it goes and what it came to, or several compared. */
import { byId, partOf } from "../shared/elements.js";
import { oncePerFrame, setText } from "../shared/painting.js";
import { isTemporary } from "../shared/refusal.js";
import { RetriedRead } from "../shared/retried_read.js";
import { isUnderWay, withProgress } from "./progress.js";

/** @typedef {import("../../types/backtests.js").Backtest} Backtest */

const NOT_FOUND = 404;
const NOTHING_SHOWN = "A backtest's result is shown here. Run one, or choose one of your runs.";
const LOADING = "Loading…";

export class ShownRun {
  #requests;
  #views;
  #reading;
  #comparing;
  #problem = byId("shown-problem");
  #nothing = byId("shown-nothing");
  #id = "";
  #isComparing = false;
  /** @type {Backtest | null} */
  #backtest = null;
  #paintProgress = oncePerFrame(() => this.#backtest && this.#views.panel.showProgress(this.#backtest));

  /**
   * @param {import("./requests.js").BacktestRequests} requests
   * @param {object} views
   * @param {import("./runs/run_panel.js").RunPanel} views.panel
   * @param {import("./result/result_view.js").ResultView} views.result
   * @param {import("./sweep/sweep_view.js").SweepView} views.sweep
   * @param {import("./comparison/comparison_view.js").ComparisonView} views.comparison
   */
  constructor(requests, views) {
    this.#requests = requests;
    this.#views = views;
    const refused = (/** @type {import("../shared/refusal.js").Refusal} */ refusal) => this.#refused(refusal);
    this.#reading = new RetriedRead({
      ask: (/** @type {string} */ id) => requests.get(id),
      show: (backtest, isMeant) => this.#showRun(backtest, isMeant),
      refused,
    });
    this.#comparing = new RetriedRead({
      ask: (/** @type {string[]} */ ids) => requests.compare(ids),
      show: (items) => this.#showCompared(items),
      refused,
    });
  }

  /** @param {import("./address.js").Shown} shown */
  show({ id, compared }) {
    if (id !== this.#id || this.#isComparing || compared.length) this.#clear();
    this.#id = id;
    this.#isComparing = compared.length > 0;
    this.#fill(id || compared.length ? LOADING : NOTHING_SHOWN);
    if (compared.length) this.#comparing.load(compared);
    else if (id) this.load();
  }

  /** Nothing of whoever was here stays. */
  forget() {
    this.#id = "";
    this.#isComparing = false;
    this.#clear();
    this.#fill(NOTHING_SHOWN);
  }

  /** Read anew what is shown: after its end, or after a time without a connection. */
  async load() {
    if (this.#id) await this.#reading.load(this.#id); // what is compared has ended, and stays as it is
  }

  /** @param {import("../../types/backtests.js").Progress} event */
  progress(event) {
    if (event.id !== this.#id || !this.#backtest) return;
    const begins = this.#backtest.state === "created";
    this.#backtest = withProgress(this.#backtest, event);
    if (begins) this.#views.panel.show(this.#backtest);
    else this.#paintProgress();
  }

  /** @param {{id: string}} event it began or ended */
  lifecycle({ id }) {
    if (id === this.#id) this.load();
  }

  #clear() {
    this.#reading.forget();
    this.#comparing.forget();
    this.#backtest = null;
    this.#tell("");
    this.#views.panel.show(null);
    this.#views.result.show(null);
    this.#views.sweep.show(null);
    this.#views.comparison.show([]);
  }

  /** @param {Backtest} backtest @param {() => boolean} isMeant */
  async #showRun(backtest, isMeant) {
    this.#backtest = backtest;
    this.#fill("");
    this.#views.panel.show(backtest);
    if (!isUnderWay(backtest) && backtest.state !== "error") await this.#loadResult(backtest, isMeant);
    if (isMeant()) this.#tell("");
  }

  /** @param {Backtest} backtest @param {() => boolean} isMeant */
  async #loadResult({ id, kind, metrics, state }, isMeant) {
    if (state === "cancelled" && !metrics && kind === "run") return; // it had nothing yet
    const result = await this.#requests.result(id);
    if (!isMeant()) return;
    if (kind === "sweep") this.#views.sweep.show(result);
    else this.#views.result.show(result);
  }

  /** @param {import("../../types/backtests.js").Compared[]} items */
  #showCompared(items) {
    this.#fill("");
    this.#tell("");
    this.#views.comparison.show(items);
  }

  /** @param {import("../shared/refusal.js").Refusal} refusal @returns {boolean} whether it is asked anew */
  #refused(refusal) {
    this.#fill("");
    const isUnknown = "status" in refusal && refusal.status === NOT_FOUND;
    this.#tell(isUnknown && !this.#backtest ? "There is no such backtest of yours." : `${refusal.message}.`);
    return isTemporary(refusal);
  }

  /** @param {string} words in the place of what isn't there; none: it is */
  #fill(words) {
    if (this.#backtest && words === LOADING) return; // the same once more
    this.#nothing.hidden = !words;
    setText(partOf(this.#nothing, "p"), words);
  }

  /** @param {string} problem */
  #tell(problem) {
    this.#problem.hidden = !problem;
    setText(this.#problem, problem);
  }
}
