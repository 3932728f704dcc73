/** From which of one's accounts a grid or a strategy is paid: chosen where there are several, with what is free there now. */
import { element } from "../../painting.js";
import { isTemporary } from "../../refusal.js";
import { RetriedRead } from "../../retried_read.js";

/** @typedef {import("../../../../types/instances.js").Account} Account */

/**
 * @typedef {object} PaidForm the form that asks for an account
 * @property {{quote: string} | null} info of the pair that is typed
 * @property {string} account its id; empty where none is to be chosen
 * @property {(accounts: Account[]) => void} offerAccounts
 * @property {(free: number | null, quote: string) => void} showFree
 */

export class AccountChoice {
  #form;
  #read;
  #reading;
  /** @type {Account[]} the default one first */
  #accounts = [];

  /**
   * @param {Pick<import("../trading_requests.js").TradingRequests, "accounts">} requests
   * @param {PaidForm} form
   * @param {() => void} read they were read: their names are known
   */
  constructor(requests, form, read) {
    this.#form = form;
    this.#read = read;
    this.#reading = new RetriedRead({ ask: () => requests.accounts(), show: ({ items }) => this.#take(items), refused: isTemporary });
  }

  /** @param {string} id @returns {string} empty where there is one account only */
  nameOf(id) {
    return this.#accounts.length > 1 ? (this.#accounts.find(({ account }) => account === id)?.name ?? "") : "";
  }

  /** @returns {string} the name of the account that is chosen; empty where there is one only */
  get chosenName() {
    return this.nameOf(this.#chosen?.account ?? "");
  }

  /** Say what is free, of the pair that is typed, in the account that is chosen. */
  show() {
    const quote = this.#form.info?.quote ?? "";
    const balance = this.#chosen?.balances.find(({ asset }) => asset === quote);
    this.#form.showFree(this.#chosen && quote ? (balance?.free ?? 0) : null, quote);
  }

  /** @param {Account} account as it is now */
  told(account) {
    const place = this.#accounts.findIndex((known) => known.account === account.account);
    if (place < 0) return;
    this.#accounts[place] = { ...this.#accounts[place], ...account };
    this.show();
  }

  /** Read them anew; what can't be read is said where something is started. */
  load() {
    return this.#reading.load();
  }

  forget() {
    this.#reading.forget();
    this.#take([]);
  }

  get #chosen() {
    return this.#accounts.find(({ account }) => account === this.#form.account) ?? this.#accounts[0] ?? null;
  }

  /** @param {Account[]} accounts */
  #take(accounts) {
    this.#accounts = accounts;
    this.#form.offerAccounts(accounts);
    this.show();
    this.#read();
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {HTMLElement} field in which it is
 * @param {Account[]} accounts the default one first; one alone is no choice
 */
export function offerAccounts(select, field, accounts) {
  const chosen = select.value;
  const offered = accounts.length > 1 ? accounts : [];
  select.replaceChildren(...offered.map(({ account: value, name }) => element("option", { value }, name)));
  if (offered.some(({ account }) => account === chosen)) select.value = chosen;
  field.hidden = !offered.length;
}
