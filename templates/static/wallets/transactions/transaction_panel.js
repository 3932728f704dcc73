/** The transactions that one watches, each with how far it is. */
import { byId, targetOf } from "../../shared/elements.js";
import { shortened } from "../../shared/format.js";
import { KeyedRows } from "../../shared/keyed_rows.js";
import { element, setData, setText } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { showTime } from "../../shared/time_zone/time_element.js";
import { keyOf, partiesText, progressOf, statusText } from "./transaction_text.js";

/** @typedef {import("../../../types/wallets.js").WatchedTransaction} WatchedTransaction */
/** @typedef {import("../own_wallets.js").OwnWallets} OwnWallets */
/** @typedef {{transaction: WatchedTransaction, own: OwnWallets}} Item */

const NONE = "None is watched: those to and from your wallets are watched by themselves, others by their hash.";

export class TransactionPanel {
  #rows = new KeyedRows(byId("transaction-list"), (/** @type {Item} */ { transaction }) => keyOf(transaction), transactionRow);
  #note = byId("transactions-note");
  #requests;
  #changed;
  /** @type {Map<string, WatchedTransaction>} */
  #shown = new Map();

  /** @param {import("../requests.js").WalletRequests} requests @param {() => void} changed one is watched no longer */
  constructor(requests, changed) {
    this.#requests = requests;
    this.#changed = changed;
    byId("transaction-list").addEventListener("click", (event) => {
      const transaction = this.#shown.get(targetOf(event).dataset.unwatch ?? "");
      if (transaction) this.#unwatch(transaction);
    });
  }

  /** @param {OwnWallets} own */
  show(own) {
    const { transactions } = own;
    this.#shown = new Map(transactions.map((one) => [keyOf(one), one]));
    this.#rows.show(transactions.map((transaction) => ({ transaction, own })));
    setText(this.#note, transactions.length ? "" : NONE);
  }

  /** @param {WatchedTransaction} transaction */
  async #unwatch(transaction) {
    try {
      await this.#requests.unwatch(transaction);
      this.#changed();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      setText(this.#note, `${shortened(transaction.hash)} is still watched: ${error.message}.`);
    }
  }
}

/** @param {Item} item the time that it tells is when its state was found so, after that of its block */
export function transactionRow({ transaction: { hash, chain } }) {
  const status = element("span", { class: "transaction-status" });
  const parties = element("span");
  const bar = element("progress", { "aria-label": `Confirmations of ${shortened(hash)}` });
  const time = element("time");
  const when = element("span", { class: "muted", title: hash }, `${shortened(hash)} on ${chain} · as of `, time);
  const stop = element("button", { type: "button", class: "link-button", "data-unwatch": keyOf({ chain, hash }), "aria-label": `Stop watching ${shortened(hash)}` }, "Stop watching");
  const row = element("li", { class: "transaction" }, parties, status, bar, element("span", { class: "transaction-foot" }, when, stop));
  return {
    element: row,
    show: (/** @type {Item} */ { transaction, own }) => {
      const progress = progressOf(transaction);
      setData(row, "status", transaction.status);
      setText(status, statusText(transaction));
      setText(parties, partiesText(transaction, own.coinOf(chain), (address) => own.known(chain, address)));
      showTime(time, transaction.timestamp);
      bar.hidden = progress === null;
      bar.max = transaction.required;
      bar.value = progress ?? 0;
    },
  };
}
