/** The run that is shown: what it is, how far it is, and what can be done with it. */
import { copied } from "../../shared/output/clipboard.js";
import { byId } from "../../shared/elements.js";
import { quoteAssetOf } from "../../shared/money.js";
import { element, setData, setText } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { SurePress } from "../../shared/presses/sure_press.js";
import { comparisonAddress, startAddress } from "../../shared/strategies/copy_address.js";
import { addressOf } from "../address.js";
import { spanText } from "../../shared/moments.js";
import { figuresText, isUnderWay, phaseText, stateText } from "../progress.js";
import { costsText, paramRows, reasonText } from "./run_text.js";
import { saveFile } from "../../shared/output/saved_file.js";

/** @typedef {import("../../../types/backtests.js").Backtest} Backtest */

export class RunPanel {
  #panel = byId("run");
  #cancel = byId("run-cancel");
  #done = byId("run-done");
  #reason = byId("run-reason");
  #bar = byId("run-bar", "progress");
  #requests;
  #actions;
  #delete;
  /** @type {Backtest | null} */
  #backtest = null;

  /**
   * @param {import("../requests.js").BacktestRequests} requests
   * @param {{again: (backtest: Backtest) => void, deleted: (isShown: boolean) => void, changed: () => void}} actions
   */
  constructor(requests, actions) {
    this.#requests = requests;
    this.#actions = actions;
    this.#offer("run-cancel", ({ id }) => this.#stop(id));
    this.#offer("run-again", (backtest) => actions.again(backtest));
    this.#offer("run-link", ({ id }) => this.#copyLink(id));
    this.#offer("run-csv", (backtest) => this.#export(backtest, "csv"));
    this.#offer("run-json", (backtest) => this.#export(backtest, "json"));
    this.#delete = new SurePress(byId("run-delete"), "Delete", () => this.#attempt(({ id }) => this.#remove(id)));
    this.#delete.name("this backtest");
  }

  /** @param {Backtest | null} backtest null: none is shown */
  show(backtest) {
    if (!this.#isShown(backtest?.id)) this.#begin(backtest?.id);
    this.#backtest = backtest;
    this.#panel.hidden = !backtest;
    if (!backtest) return;
    const { title, kind, symbol, interval, start, end, state } = backtest;
    setText(byId("run-title"), `${title} on ${symbol} ${interval}${kind === "sweep" ? ", a sweep" : ""}`);
    setText(byId("run-subtitle"), [spanText(start, end), costsText(backtest)].join(" · "));
    const params = paramRows(backtest).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
    byId("run-params").replaceChildren(...params);
    setText(byId("run-state"), stateText(state));
    setData(byId("run-state"), "state", state);
    setText(this.#reason, reasonText(backtest));
    this.showProgress(backtest);
  }

  /** What was asked and told of another is no more. @param {string | undefined} id */
  #begin(id) {
    this.#delete.reset(id);
    setText(this.#done, "");
  }

  /** @param {Backtest} backtest the same, somewhat farther */
  showProgress(backtest) {
    this.#backtest = backtest;
    const isGoing = isUnderWay(backtest);
    byId("run-progress").hidden = !isGoing;
    this.#cancel.hidden = !isGoing;
    const hasResult = !isGoing && backtest.state !== "error";
    setText(byId("run-csv"), backtest.kind === "sweep" ? "Runs as CSV" : "Trades as CSV");
    for (const id of ["run-csv", "run-json"]) byId(id).hidden = !hasResult;
    showCopies(backtest, hasResult);
    if (!isGoing) return;
    const { progress } = backtest;
    if (progress) this.#bar.value = progress.progress;
    else this.#bar.removeAttribute("value");
    setText(byId("run-phase"), phaseText(backtest));
    setText(byId("run-figures"), figuresText(backtest, quoteAssetOf(backtest)));
  }

  /** @param {string} id @param {(backtest: Backtest) => void | Promise<void>} act */
  #offer(id, act) {
    byId(id).addEventListener("click", () => this.#attempt(act));
  }

  /** @param {(backtest: Backtest) => void | Promise<void>} act why it was refused is told where that run is still shown */
  async #attempt(act) {
    const backtest = this.#backtest;
    if (!backtest) return;
    try {
      await act(backtest);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (this.#isShown(backtest.id)) setText(this.#reason, `${error.message}.`);
    }
  }

  /** @param {string | undefined} id */
  #isShown(id) {
    return this.#backtest?.id === id;
  }

  /** @param {string} id */
  async #stop(id) {
    setText(byId("run-phase"), "Cancelling…");
    await this.#requests.cancel(id);
    this.#actions.changed();
  }

  /** @param {string} id */
  async #copyLink(id) {
    const address = new URL(addressOf({ id }), location.href).href;
    this.#say(id, (await copied(address)) ? "The link is copied: it shows this to you alone, signed in." : `The link: ${address}`);
  }

  /** @param {Backtest} backtest @param {"csv" | "json"} form */
  async #export({ id, strategy, symbol, interval }, form) {
    saveFile(await this.#requests.export(id, form), `${strategy}-${symbol}-${interval}-${id}.${form}`);
    this.#say(id, "Saved.");
  }

  /** @param {string} id */
  async #remove(id) {
    await this.#requests.delete(id);
    this.#actions.deleted(this.#isShown(id));
  }

  /** @param {string} id of the run that it is told of, where that is still shown @param {string} words */
  #say(id, words) {
    if (!this.#isShown(id)) return;
    setText(this.#done, words);
    setText(this.#reason, words);
  }
}

/** Lead to a live run of the same, and to the one over whose hours it was made. @param {Backtest} backtest @param {boolean} hasResult */
function showCopies({ id, kind, strategy_id: strategy }, hasResult) {
  const isRun = hasResult && kind === "run";
  byId("run-live").hidden = !isRun;
  byId("run-live").setAttribute("href", startAddress(id));
  byId("run-beside").hidden = !isRun || !strategy;
  byId("run-beside").setAttribute("href", comparisonAddress(strategy ?? "", id));
}
