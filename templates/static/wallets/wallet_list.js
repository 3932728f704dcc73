/** One's wallets, the oldest first, each with what it holds; each leads to its history. */
import { byId, targetOf } from "../shared/elements.js";
import { shortened } from "../shared/format.js";
import { KeyedRows } from "../shared/keyed_rows.js";
import { element, setText } from "../shared/painting.js";
import { addressOf } from "./page_address.js";
import { holdingsText, nameOf } from "./wallet_text.js";

/** @typedef {import("../../types/wallets.js").Wallet} Wallet */
/** @typedef {{wallet: Wallet, isShown: boolean}} Item */

export class WalletList {
  #rows = new KeyedRows(byId("wallet-list"), (/** @type {Item} */ { wallet }) => wallet.id, rowOf);
  #note = byId("wallets-note");

  /** @param {(id: string) => void} open */
  constructor(open) {
    byId("wallet-list").addEventListener("click", (event) => {
      const { wallet } = targetOf(event).dataset;
      if (!wallet || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(wallet);
    });
  }

  /** @param {Wallet[]} wallets @param {string} shown the id of the one that is shown @param {string} note what is to be said of them */
  show(wallets, shown, note) {
    this.#rows.show(wallets.map((wallet) => ({ wallet, isShown: wallet.id === shown })));
    setText(this.#note, note);
    this.#note.hidden = !note;
  }
}

/** @param {Item} item */
function rowOf({ wallet: { id } }) {
  const link = element("a", { class: "row-name", href: addressOf(id), "data-wallet": id });
  const more = element("span", { class: "row-more muted" });
  const held = element("span", { class: "row-held" });
  return {
    element: element("li", {}, link, more, held),
    show: (/** @type {Item} */ { wallet, isShown }) => {
      setText(link, nameOf(wallet));
      setText(more, `${shortened(wallet.address)} on ${wallet.chain}`);
      setText(held, holdingsText(wallet));
      if (isShown) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    },
  };
}
