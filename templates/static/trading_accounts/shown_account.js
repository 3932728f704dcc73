/** Which account is shown, read anew when something of it has changed, and now and then as its positions' worth changes. */
import { byId } from "../shared/elements.js";
import { onceIn, setText } from "../shared/painting.js";
import { isTemporary } from "../shared/refusal.js";
import { RetriedRead } from "../shared/retried_read.js";

/** @typedef {import("../../types/trading.js").Account} Account */
/** @typedef {import("../../types/trading.js").AccountLimits} AccountLimits */

const NEWS_MILLISECONDS = 500;
const REFRESH_MILLISECONDS = 5_000;

export class ShownAccount {
  #reading;
  #id = "";
  #isInSight = false;
  #settled = () => {};
  #news = onceIn(NEWS_MILLISECONDS, () => this.#id && this.#reading.refresh(this.#id));

  /**
   * @param {import("../shared/trading/trading_requests.js").TradingRequests} requests
   * @param {(account: Account, limits: AccountLimits) => void} told both are known
   */
  constructor(requests, told) {
    this.#reading = new RetriedRead({
      ask: (/** @type {string} */ id) => Promise.all([requests.account(id), requests.limits(id)]),
      show: ([account, limits]) => {
        told(account, limits);
        this.#reveal(true, "");
      },
      refused: (refusal) => this.#refused(refusal),
    });
    setInterval(() => document.hidden || this.#reading.isUnderWay || this.load(), REFRESH_MILLISECONDS);
  }

  /** @returns {string} empty: none */
  get id() {
    return this.#id;
  }

  /** @param {string} id of the account to show from now on; empty: none */
  show(id) {
    if (id === this.#id) return;
    this.#reading.forget();
    this.#id = id;
    this.#reveal(false, "", id && "Loading the account…");
    this.load();
  }

  /** @returns {Promise<void>} once an account is there, or it is known that none can be shown */
  awaited() {
    return new Promise((resolve) => {
      this.#settled = resolve;
    });
  }

  /** No account can be shown now. */
  giveUp() {
    this.#settled();
  }

  /** Something of it has changed. */
  news() {
    this.#news();
  }

  /** Read it anew. */
  async load() {
    if (this.#id) await this.#reading.load(this.#id);
  }

  /**
   * What is shown, and typed, stays where it may be read the next time, which the timer sees to.
   *
   * @param {import("../shared/refusal.js").Refusal} refusal
   */
  #refused(refusal) {
    if (refusal.code === "signed_out") return false;
    const problem = refusal.code === "NOT_FOUND" ? "There is no such account of yours." : `The account can't be read: ${refusal.message}.`;
    this.#reveal(this.#isInSight && isTemporary(refusal), problem);
    return false;
  }

  /** @param {boolean} isKnown @param {string} problem @param {string} [progress] in place of either */
  #reveal(isKnown, problem, progress = "") {
    this.#isInSight = isKnown;
    for (const id of ["shown", "limits"]) byId(id).hidden = !isKnown;
    byId("shown-problem").hidden = !(problem || progress);
    setText(byId("shown-problem"), problem || progress);
    if (isKnown || problem) this.#settled();
  }
}
