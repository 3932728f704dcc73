/** Which account is shown, read anew when something of it has changed, and now and then as its positions' worth changes. */
import { byId } from "../shared/elements.js";
import { onceIn, setText } from "../shared/painting.js";
import { isRefusal, isTemporary } from "../shared/refusal.js";
import { Turns } from "../shared/turns.js";

/** @typedef {import("../../types/trading.js").Account} Account */
/** @typedef {import("../../types/trading.js").AccountLimits} AccountLimits */

const NEWS_MILLISECONDS = 500;
const REFRESH_MILLISECONDS = 5_000;

export class ShownAccount {
  #requests;
  #told;
  #turns = new Turns();
  #id = "";
  #isInSight = false;
  #settled = () => {};
  #news = onceIn(NEWS_MILLISECONDS, () => this.load());

  /**
   * @param {import("../shared/trading/trading_requests.js").TradingRequests} requests
   * @param {(account: Account, limits: AccountLimits) => void} told both are known
   */
  constructor(requests, told) {
    this.#requests = requests;
    this.#told = told;
    setInterval(() => document.hidden || this.load(), REFRESH_MILLISECONDS);
  }

  /** @returns {string} empty: none */
  get id() {
    return this.#id;
  }

  /** @param {string} id of the account to show from now on; empty: none */
  show(id) {
    if (id === this.#id) return;
    this.#turns.begin();
    this.#id = id;
    this.#reveal(false, "");
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
    const id = this.#id;
    if (!id) return;
    const isMeant = this.#turns.begin();
    try {
      const [account, limits] = await Promise.all([this.#requests.account(id), this.#requests.limits(id)]);
      if (!isMeant()) return;
      this.#told(account, limits);
      this.#reveal(true, "");
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isMeant() && error.code !== "signed_out") this.#refused(error);
    }
  }

  /** What is shown, and typed, stays where it may be read the next time. @param {import("../shared/refusal.js").Refusal} refusal */
  #refused(refusal) {
    const problem = refusal.code === "NOT_FOUND" ? "There is no such account of yours." : `The account can't be read: ${refusal.message}.`;
    this.#reveal(this.#isInSight && isTemporary(refusal), problem);
  }

  /** @param {boolean} isKnown @param {string} problem */
  #reveal(isKnown, problem) {
    this.#isInSight = isKnown;
    for (const id of ["shown", "limits"]) byId(id).hidden = !isKnown;
    byId("shown-problem").hidden = !problem;
    setText(byId("shown-problem"), problem);
    if (isKnown || problem) this.#settled();
  }
}
