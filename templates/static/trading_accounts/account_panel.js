/** The account that is shown: what it is and holds, and beginning anew with it where it is a demo account. */
import { byId } from "../shared/elements.js";
import { KeyedRows } from "../shared/keyed_rows.js";
import { element, setText } from "../shared/painting.js";
import { amountText, heldBackText, resetSentences, subtitleOf } from "./account_text.js";

/** @typedef {import("../../types/trading.js").Account} Account */
/** @typedef {import("../../types/trading.js").Balance} Balance */

export class AccountPanel {
  #rows = new KeyedRows(byId("balance-rows"), (/** @type {Balance} */ { asset }) => asset, balanceRow);
  #reset = byId("account-reset");
  #requests;
  #dialog;
  #changed;
  /** @type {Account | null} */
  #account = null;

  /**
   * @param {import("../shared/trading/trading_requests.js").TradingRequests} requests
   * @param {import("../shared/confirm_dialog.js").ConfirmDialog} dialog
   * @param {() => void} changed it has begun anew
   */
  constructor(requests, dialog, changed) {
    this.#requests = requests;
    this.#dialog = dialog;
    this.#changed = changed;
    this.#reset.addEventListener("click", () => this.#ask());
  }

  /** @param {Account} account @param {boolean} isOwn whether it is that of whoever looks */
  show(account, isOwn) {
    this.#account = account;
    setText(byId("shown-title"), account.name || account.account);
    setText(byId("shown-subtitle"), subtitleOf(account, isOwn));
    setText(byId("shown-level"), heldBackText(account));
    this.#reset.hidden = !account.demo;
    this.#rows.show(account.balances);
  }

  #ask() {
    const account = this.#account;
    if (!account) return;
    this.#dialog.ask({
      title: `Begin anew with ${account.name}?`,
      says: resetSentences(account),
      button: "Begin anew",
      isDangerous: true,
      act: async () => {
        await this.#requests.resetAccount(account.account);
        this.#changed();
        return [`${account.name} has begun anew.`];
      },
    });
  }
}

/** @param {Balance} balance */
function balanceRow({ asset }) {
  const free = element("td", { class: "number" });
  const locked = element("td", { class: "number" });
  return {
    element: element("tr", {}, element("th", { scope: "row" }, asset), free, locked),
    show: (/** @type {Balance} */ balance) => {
      setText(free, amountText(balance.free));
      setText(locked, amountText(balance.locked));
    },
  };
}
