/** What there is for an alert's dialog to choose from: asked for as it is opened, or once a condition is about it. */
import { isRefusal } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";

/**
 * @typedef {{strategies: import("./alert_rules.js").OwnStrategy[]} & import("./watched_choices.js").Watched} Offered what the user has, as far as it is known
 */

/** @type {Offered} */
export const NOTHING_OFFERED = { strategies: [], wallets: [], transactions: [], hasChains: false };

export class OfferedChoices {
  #rules;
  #told;
  #failed;
  #offered = NOTHING_OFFERED;
  /** @type {Set<string>} the sources whose choices were asked for: once a condition is about them */
  #asked = new Set();
  /** Opened anew, the dialog is perhaps another user's: nothing that was asked before is meant for it. */
  #openings = new Turns();

  /**
   * @param {Pick<import("./alert_rules.js").AlertRules, "watched" | "strategies" | "hasChains">} rules
   * @param {(offered: Offered) => void} told of each answer
   * @param {(refusal: import("../../shared/refusal.js").Refusal) => void} failed
   */
  constructor(rules, told, failed) {
    this.#rules = rules;
    this.#told = told;
    this.#failed = failed;
  }

  get known() {
    return this.#offered;
  }

  /** Forget what was known. */
  forget() {
    this.#openings.begin();
    this.#offered = NOTHING_OFFERED;
    this.#asked = new Set();
  }

  /** Ask whether any chain is followed; where nobody answers, none is known, and the next opening asks anew. */
  askChains() {
    return this.#ask(async () => ({ hasChains: await this.#rules.hasChains() }), () => undefined);
  }

  /**
   * Ask for the user's own strategies, or what the user watches on chains: once, and only where it is of use.
   *
   * @param {string} source that a condition is about
   */
  async askFor(source) {
    if (!(source === "strategy" || source === "wallet") || this.#asked.has(source)) return;
    this.#asked.add(source);
    const ask = async () => (source === "wallet" ? this.#rules.watched() : { strategies: await this.#rules.strategies() });
    await this.#ask(ask, (refusal) => {
      this.#asked.delete(source); // the next choice asks anew
      this.#failed(refusal);
    });
  }

  /** @param {() => Promise<Partial<Offered>>} ask @param {(refusal: import("../../shared/refusal.js").Refusal) => void} failed */
  async #ask(ask, failed) {
    const isMeant = this.#openings.current();
    try {
      const offered = await ask();
      if (!isMeant()) return;
      this.#offered = { ...this.#offered, ...offered };
      this.#told(this.#offered);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isMeant()) failed(error);
    }
  }
}
