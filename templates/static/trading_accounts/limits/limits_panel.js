/** The limits of the account that is shown: read, changed after a question that says what changes, reset. */
import { limitFields, limitsGiven } from "./limit_text.js";
import { LimitsForm } from "./limits_form.js";

/** @typedef {import("../../../types/trading.js").AccountLimits} AccountLimits */

const SET_BY_STAFF = "The staff of this installation sets your limits: you see them here, and what is used of them.";
const OF_ANOTHER = "This is another user's account: to change its limits you need the permission to change risk limits.";
const FROM_NOW_ON = "It holds from the next order on; what is open stays.";

export class LimitsPanel {
  #form = new LimitsForm({ save: () => this.#ask(this.#form.values), reset: () => this.#reset() });
  #requests;
  #dialog;
  /** @type {AccountLimits | null} as they were read last */
  #limits = null;
  #quote = "";

  /**
   * @param {import("../../shared/trading/trading_requests.js").TradingRequests} requests
   * @param {import("../../shared/confirm_dialog.js").ConfirmDialog} dialog
   */
  constructor(requests, dialog) {
    this.#requests = requests;
    this.#dialog = dialog;
  }

  /**
   * @param {AccountLimits} limits
   * @param {boolean} isOwn whether the account is that of whoever looks
   * @param {string} quote asset of the account's amounts
   */
  show(limits, isOwn, quote) {
    if (limits.account !== this.#limits?.account) this.#form.forget();
    this.#limits = limits;
    this.#quote = quote;
    this.#form.show(limits, quote, limits.changeable ? "" : isOwn ? SET_BY_STAFF : OF_ANOTHER);
  }

  forget() {
    this.#limits = null;
    this.#form.forget();
  }

  #reset() {
    if (this.#limits) this.#ask(limitFields(this.#limits.defaults));
  }

  /** @param {Record<string, string>} values as they would stand in the fields */
  #ask(values) {
    const { account } = this.#limits ?? {};
    if (!account) return;
    const changes = this.#form.changesTo(values);
    this.#form.tell({});
    this.#form.say(changes.length ? "" : "Nothing would change.");
    if (!changes.length) return;
    this.#dialog.ask({
      title: "Change the limits?",
      says: [...changes, FROM_NOW_ON],
      button: "Change them",
      act: () => this.#set(account, values, changes),
      refused: (refusal) => this.#refuse(refusal),
      ended: () => this.#form.focusFault(), // the dialog has given the focus back by then
    });
  }

  /** @param {import("../../shared/refusal.js").Refusal} refusal @returns {boolean} whether it is told at the fields */
  #refuse({ message, fields = {} }) {
    const isOfFields = Object.keys(fields).length > 0;
    if (isOfFields) this.#form.tell({ message, fields });
    return isOfFields;
  }

  /** @param {string} account @param {Record<string, string>} values @param {string[]} changes */
  async #set(account, values, changes) {
    const limits = await this.#requests.setLimits(account, limitsGiven(values));
    if (account !== this.#limits?.account) return;
    this.#form.undo();
    this.#limits = { ...this.#limits, limits };
    this.#form.show(this.#limits, this.#quote, "");
    this.#form.say(`Changed. ${changes.join(" ")}`);
  }
}
