/** Which backtest the shown live run is compared with: that of its origin, or one over its own hours, which it can ask for. */
import { byId } from "../../shared/elements.js";
import { isRefusal, isTemporary } from "../../shared/refusal.js";
import { RetriedRead } from "../../shared/retried_read.js";

/** @typedef {import("../../../types/strategies.js").LiveStrategy} LiveStrategy */
/** @typedef {import("../../../types/backtests.js").Backtest} Backtest */

/** @typedef {{strategy: LiveStrategy, wanted: string}} Question `wanted`: the backtest; empty: any */

const NONE = "Run a backtest over the hours of this run, and see where the two part, order by order.";
const ENDED = new Set(["completed", "cancelled", "error"]);

export class RunComparison {
  #requests;
  #view;
  #reading;
  /** @type {LiveStrategy | null} */
  #strategy = null;
  #market = { quote: "", decimals: 2 };
  #chosen = "";

  /**
   * @param {import("../requests.js").StrategyRequests} requests
   * @param {import("./comparison_view.js").ComparisonView} view
   */
  constructor(requests, view) {
    this.#requests = requests;
    this.#view = view;
    this.#reading = new RetriedRead({
      ask: (/** @type {Question} */ question) => this.#ask(question),
      show: (found, isMeant) => this.#show(found, isMeant),
      refused: (refusal) => this.#refused(refusal),
    });
    byId("comparison-run").addEventListener("click", () => this.#run());
    byId("comparison-backtest").addEventListener("change", () => {
      this.#chosen = byId("comparison-backtest", "select").value;
      this.load();
    });
  }

  /** @param {LiveStrategy} strategy that is shown, maybe again @param {{quote: string, decimals: number}} market @param {string} wanted backtest */
  show(strategy, market, wanted) {
    const isOther = strategy.id !== this.#strategy?.id;
    const isSameMarket = market.quote === this.#market.quote && market.decimals === this.#market.decimals;
    this.#strategy = strategy;
    this.#market = market;
    byId("comparison-run").hidden = !strategy.started;
    if (!isOther && !isSameMarket) this.#view.showIn(market);
    if (!isOther) return;
    this.#chosen = wanted;
    this.#view.show(null);
    this.#view.offer([], "", null);
    this.load();
  }

  /** Nothing of whoever was here stays. */
  forget() {
    this.#reading.forget();
    this.#strategy = null;
    this.#chosen = "";
    this.#view.show(null);
  }

  /** @param {{id: string, state: string}} event a backtest began or ended */
  lifecycle({ id }) {
    if (this.#strategy && id === this.#chosen) this.load();
  }

  /** Read anew what there is to compare with, and compare. */
  async load() {
    if (this.#strategy) await this.#reading.load({ strategy: this.#strategy, wanted: this.#chosen });
  }

  /** @param {Question} question */
  async #ask({ strategy, wanted }) {
    return { strategy, wanted, backtests: await this.#requests.backtestsOf(strategy, wanted) };
  }

  /** @param {Question & {backtests: Backtest[]}} found @param {() => boolean} isMeant */
  async #show({ strategy, wanted, backtests }, isMeant) {
    const shown = backtests.find(({ id }) => id === wanted) ?? backtests[0];
    this.#chosen = shown?.id ?? "";
    this.#view.offer(backtests, this.#chosen, strategy.backtest_id);
    if (wanted && wanted !== this.#chosen) await this.#requests.compare(strategy.id, wanted); // it is gone: the refusal says what to do
    await this.#compare(strategy, shown, isMeant);
  }

  /** @param {LiveStrategy} strategy @param {Backtest | undefined} backtest @param {() => boolean} isMeant */
  async #compare(strategy, backtest, isMeant) {
    if (!backtest || !ENDED.has(backtest.state) || backtest.state === "error") {
      this.#view.show(null);
      this.#view.tell(noteOf(backtest));
      return;
    }
    const compared = await this.#requests.compare(strategy.id, backtest.id);
    if (!isMeant()) return;
    this.#view.tell("");
    this.#view.show(compared, this.#market);
  }

  async #run() {
    const strategy = this.#strategy;
    if (!strategy) return;
    const isMeant = this.#reading.forget();
    this.#view.tell("The backtest is asked for…");
    try {
      const { backtest_id: id } = await this.#requests.backtest(strategy.id);
      if (!isMeant()) return;
      this.#chosen = id;
      await this.load();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (!isMeant()) return;
      await this.load(); // what was being read, or was to be read again, was left for it
      if (this.#strategy === strategy) this.#view.tell(`${error.message}.`);
    }
  }

  /** @param {import("../../shared/refusal.js").Refusal} refusal @returns {boolean} whether what was read is read anew */
  #refused(refusal) {
    this.#view.show(null);
    this.#view.tell(`${refusal.message}.`);
    return isTemporary(refusal);
  }
}

/** @param {Backtest | undefined} backtest */
function noteOf(backtest) {
  if (!backtest) return NONE;
  return backtest.state === "error" ? `The backtest could not be run: ${backtest.reason}.` : "The backtest runs; what differs is shown once it has ended.";
}
