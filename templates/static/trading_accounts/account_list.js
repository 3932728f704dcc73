/** One's accounts, the default one first; each leads to its limits. */
import { byId, targetOf } from "../shared/elements.js";
import { KeyedRows } from "../shared/keyed_rows.js";
import { element, setText } from "../shared/painting.js";
import { addressOf } from "./address.js";
import { kindText } from "./account_text.js";

/** @typedef {import("../../types/trading.js").Account} Account */
/** @typedef {{account: Account, isShown: boolean}} Item */

export class AccountList {
  #rows = new KeyedRows(byId("account-list"), (/** @type {Item} */ { account }) => account.account, rowOf);
  #note = byId("accounts-note");

  /** @param {(id: string) => void} open */
  constructor(open) {
    byId("account-list").addEventListener("click", (event) => {
      const { account } = targetOf(event).dataset;
      if (!account || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(account);
    });
  }

  /** @param {Account[]} accounts @param {string} shown the id of the one that is shown @param {string} note what is to be said of them */
  show(accounts, shown, note) {
    this.#rows.show(accounts.map((account) => ({ account, isShown: account.account === shown })));
    setText(this.#note, note);
    this.#note.hidden = !note;
  }
}

/** @param {Item} item */
function rowOf({ account: { account: id } }) {
  const link = element("a", { class: "row-name", href: addressOf(id), "data-account": id });
  const kind = element("span", { class: "row-more muted" });
  return {
    element: element("li", {}, link, kind),
    show: (/** @type {Item} */ { account, isShown }) => {
      setText(link, account.name || id);
      setText(kind, kindText(account));
      if (isShown) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    },
  };
}
