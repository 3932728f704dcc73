/**
 * One's wallets and watched transactions, and the chains: read by REST, then live. Nothing of it is kept for whoever
 * comes next.
 */
import { ChannelSet } from "../shared/channels/channel_set.js";
import { msOf } from "../shared/moments.js";
import { onceIn, oncePerFrame } from "../shared/painting.js";
import { isTemporary } from "../shared/refusal.js";
import { RetriedRead } from "../shared/retried_read.js";
import { keyOf, liveOnes } from "./transactions/transaction_text.js";
import { assetKey, nameOf } from "./wallet_text.js";

/** @typedef {import("../../types/wallets.js").Wallet} Wallet */
/** @typedef {import("../../types/wallets.js").WatchedTransaction} WatchedTransaction */
/** @typedef {import("../../types/wallets.js").WalletNews} WalletNews */

const NEWS_MILLISECONDS = 500;
/** The state of a chain, and wallets beyond those that are followed live, are read anew so often. */
const REFRESH_MILLISECONDS = 10_000;
/** So soon it is looked again whether a contract that was named has said what it is. */
const CHECK_MILLISECONDS = 2000;
/** A connection has 50 subscriptions: some are left for blocks and notifications. */
const MOST_WALLETS = 22;
const MOST_TRANSACTIONS = 22;

export class OwnWallets {
  #told;
  #channels;
  #reading;
  #isOn = false;
  /** @type {Wallet[]} */
  #wallets = [];
  /** @type {Map<string, WatchedTransaction>} by chain and hash, the newest first */
  #transactions = new Map();
  /** @type {import("../../types/wallets.js").Chain[]} */
  #chains = [];
  #news = onceIn(NEWS_MILLISECONDS, () => this.#refresh());
  #lookAgain = onceIn(CHECK_MILLISECONDS, () => this.#refresh());
  #tell = oncePerFrame(() => this.#told.changed());

  /**
   * @param {import("../client/client.js").TidewireClient} client
   * @param {import("./requests.js").WalletRequests} requests
   * @param {object} told
   * @param {() => void} told.changed
   * @param {() => void} told.moved something came to a wallet, went from it, or was taken back
   * @param {(problem: string) => void} told.refused empty: nothing is
   */
  constructor(client, requests, told) {
    this.#told = told;
    this.#reading = new RetriedRead({
      ask: () => Promise.all([requests.wallets(), requests.transactions(), requests.chains()]),
      show: (read) => this.#read(...read),
      refused: (refusal) => this.#refused(refusal),
    });
    this.#channels = new ChannelSet(client);
    client.onMessage(/** @type {string} */ ("wallet"), (/** @type {any} */ { data }) => this.#walletNews(data));
    client.onMessage(/** @type {string} */ ("transaction"), (/** @type {any} */ { data }) => this.#transactionNews(data));
    client.on("resync", ({ channel }) => this.#channels.has(channel) && this.#news());
    client.on("connected", () => this.load());
    setInterval(() => document.hidden || this.#reading.isUnderWay || this.load(), REFRESH_MILLISECONDS);
  }

  /** The oldest first. */
  get wallets() {
    return this.#wallets;
  }

  /** The newest first. */
  get transactions() {
    return [...this.#transactions.values()];
  }

  get chains() {
    return this.#chains;
  }

  /** @param {string} chain @returns {string} the symbol of its coin */
  coinOf(chain) {
    return this.#chains.find((one) => one.chain === chain)?.asset ?? "";
  }

  /** @param {string} chain @param {string} address @returns {{wallet?: string, token?: string}} which of one's wallets, or tokens, it is */
  known(chain, address) {
    const here = this.#wallets.filter((one) => one.chain === chain);
    const wallet = here.find((one) => one.address === address);
    const held = here.flatMap(({ balances }) => balances).find(({ token }) => token === address);
    return { ...(wallet && { wallet: nameOf(wallet) }), ...(held && { token: held.asset }) };
  }

  /** Let nobody see what was shown: somebody else may have come. */
  forget() {
    this.#isOn = false;
    this.#reading.forget();
    [this.#wallets, this.#chains] = [[], []];
    this.#transactions = new Map();
    this.#channels.replace([]);
    this.#told.changed();
  }

  /** Follow them from now on. */
  start() {
    this.#isOn = true;
    this.load();
  }

  /** Read all anew. */
  async load() {
    if (this.#isOn) await this.#reading.load();
  }

  #refresh() {
    if (this.#isOn) this.#reading.refresh();
  }

  /** @param {Wallet[]} wallets @param {WatchedTransaction[]} transactions @param {import("../../types/wallets.js").Chain[]} chains */
  #read(wallets, transactions, chains) {
    this.#wallets = wallets;
    this.#chains = chains;
    this.#transactions = new Map(transactions.map((one) => [keyOf(one), this.#newest(one)]));
    this.#subscribe();
    if (wallets.some(({ tokens }) => tokens.some(({ state }) => state === "checking"))) this.#lookAgain();
    this.#told.refused("");
    this.#tell();
  }

  /** @param {import("../shared/refusal.js").Refusal} refusal @returns {boolean} whether it is asked anew */
  #refused(refusal) {
    if (refusal.code !== "signed_out") this.#told.refused(`Your wallets can't be read: ${refusal.message}.`);
    return isTemporary(refusal);
  }

  #subscribe() {
    const addresses = this.#wallets.slice(0, MOST_WALLETS).map(({ address }) => `wallet:${address.toLowerCase()}`);
    const transactions = liveOnes(this.transactions, MOST_TRANSACTIONS).map(({ hash }) => `tx:${hash}`);
    this.#channels.replace([...addresses, ...transactions]);
  }

  /** @param {WatchedTransaction} read @returns {WatchedTransaction} what was told since, where that is newer */
  #newest(read) {
    const known = this.#transactions.get(keyOf(read));
    return known && msOf(known.timestamp) > msOf(read.timestamp) ? known : read;
  }

  /** @param {WatchedTransaction} data */
  #transactionNews(data) {
    const known = this.#transactions.get(keyOf(data));
    if (!this.#isOn || !known || msOf(known.timestamp) > msOf(data.timestamp)) return;
    this.#transactions.set(keyOf(data), { ...known, ...data });
    this.#tell();
  }

  /** @param {WalletNews} data */
  #walletNews(data) {
    if (!this.#isOn) return;
    if (data.event === "balance") {
      this.#wallets = this.#wallets.map((wallet) => (isOf(wallet, data) ? withBalance(wallet, data) : wallet));
      this.#tell();
      return;
    }
    this.#told.moved();
    this.#news(); // it has brought a transaction that is watched by itself
  }
}

/** @param {Wallet} wallet @param {WalletNews} news */
function isOf({ chain, address }, news) {
  return chain === news.chain && address.toLowerCase() === news.address.toLowerCase();
}

/** @param {Wallet} wallet @param {WalletNews} news @returns {Wallet} */
function withBalance(wallet, { asset, token, balance, block, outdated }) {
  if (balance === null) return wallet;
  const told = { asset, token: token ?? null, balance, block: block ?? 0, outdated };
  const isKnown = wallet.balances.some((one) => assetKey(one) === assetKey(told));
  const balances = isKnown ? wallet.balances.map((one) => (assetKey(one) === assetKey(told) ? told : one)) : [...wallet.balances, told];
  return { ...wallet, balances };
}
