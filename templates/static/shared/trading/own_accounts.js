/** One's accounts: their list, what is told of each, and which of them is chosen. Pure. */
import { msOf } from "../moments.js";

/** @typedef {import("../../../types/trading.js").Account} Account */

export class OwnAccounts {
  /** @type {Map<string, Account>} by id, the default one first */
  #accounts = new Map();
  /** @type {Map<string, Pick<Account, "balances" | "trading" | "timestamp">>} what was told of each last, by id */
  #told = new Map();
  #choice = "";

  /** @returns {Account[]} the default one first */
  get all() {
    return [...this.#accounts.values()];
  }

  /** @returns {Account | undefined} the default one, unless another was chosen; none: the list isn't known yet */
  get chosen() {
    return this.#accounts.get(this.#choice) ?? this.all[0];
  }

  /** @param {string} account its id */
  choose(account) {
    this.#choice = account;
  }

  /** @param {Account[]} accounts as they were a moment ago: what was told since is newer */
  list(accounts) {
    this.#accounts = new Map(accounts.map((account) => [account.account, { ...account, ...this.#newerThan(account) }]));
  }

  /**
   * @param {Pick<Account, "account" | "balances" | "trading" | "timestamp">} told of an account, as it is now
   * @returns {boolean} whether the list needs no reading again: a known one, or no list yet
   */
  take({ account, balances, trading, timestamp }) {
    this.#told.set(account, { balances, trading, timestamp });
    const known = this.#accounts.get(account);
    if (known) this.#accounts.set(account, { ...known, balances, trading, timestamp });
    return Boolean(known) || this.#accounts.size === 0;
  }

  /** @param {Account} account */
  #newerThan({ account, timestamp }) {
    const told = this.#told.get(account);
    return told && msOf(told.timestamp) > msOf(timestamp) ? told : {};
  }
}
