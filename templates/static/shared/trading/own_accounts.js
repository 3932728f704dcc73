/** One's accounts: their list, what is told of each, and which of them is chosen. Pure. */

/** @typedef {import("../../../types/trading.js").Account} Account */
/** @typedef {Pick<Account, "balances" | "trading" | "timestamp">} Told */

export class OwnAccounts {
  /** @type {Map<string, Account>} by id, the default one first */
  #accounts = new Map();
  /** @type {Map<string, Told & {number: number}>} what was told of each last, by id */
  #told = new Map();
  /** How often anything was told. */
  #count = 0;
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

  /**
   * Begin to read them. What is told from now on may be newer than what is read, whatever their times: those are of when
   * the server began to look, and it looks for both by itself.
   *
   * @returns {(accounts: Account[]) => void} takes what was read
   */
  reading() {
    const before = this.#count;
    return (accounts) => {
      this.#accounts = new Map(accounts.map((account) => [account.account, { ...account, ...this.#toldSince(account, before) }]));
    };
  }

  /**
   * @param {Told & Pick<Account, "account">} told of an account, as it is now
   * @returns {boolean} whether the list needs no reading again: a known one, or no list yet
   */
  take({ account, balances, trading, timestamp }) {
    this.#count += 1;
    this.#told.set(account, { balances, trading, timestamp, number: this.#count });
    const known = this.#accounts.get(account);
    if (known) this.#accounts.set(account, { ...known, balances, trading, timestamp });
    return Boolean(known) || this.#accounts.size === 0;
  }

  /** @param {Account} account @param {number} before @returns {Partial<Told>} */
  #toldSince({ account }, before) {
    const { number = 0, ...told } = this.#told.get(account) ?? {};
    return number > before ? told : {};
  }
}
