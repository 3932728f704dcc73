/** From which of one's accounts a grid or a strategy is paid: chosen where there are several, with what is free there now. */
import { isRefusal } from "../../refusal.js";
import { element } from "../../painting.js";
import { Turns } from "../../turns.js";

/** @typedef {import("../../../../types/instances.js").Account} Account */

/**
 * @typedef {object} PaidForm the form that asks for an account
 * @property {{quote: string} | null} info of the pair that is typed
 * @property {string} account its id; empty where none is to be chosen
 * @property {(accounts: Account[]) => void} offerAccounts
 * @property {(free: number | null, quote: string) => void} showFree
 */

export class AccountChoice {
  #requests;
  #form;
  #read;
  /** What was read counts until it is read anew, or somebody else has come. */
  #reads = new Turns();
  /** @type {Account[]} the default one first */
  #accounts = [];

  /**
   * @param {Pick<import("../trading_requests.js").TradingRequests, "accounts">} requests
   * @param {PaidForm} form
   * @param {() => void} read they were read: their names are known
   */
  constructor(requests, form, read) {
    this.#requests = requests;
    this.#form = form;
    this.#read = read;
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
  async load() {
    const isNewest = this.#reads.begin();
    try {
      const { items } = await this.#requests.accounts();
      if (isNewest()) this.#take(items);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }

  forget() {
    this.#reads.begin();
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
