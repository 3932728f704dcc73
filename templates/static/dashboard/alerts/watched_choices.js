/** Wallets and transactions as an alert's dialog offers them. Pure. */
import { shortened } from "../../shared/format.js";
import { isOfTransaction } from "./alert_catalogue.js";

/**
 * @typedef {import("./alert_rules.js").Wallet} Wallet
 * @typedef {import("./alert_rules.js").WatchedTransaction} WatchedTransaction
 * @typedef {{wallets: Wallet[], transactions: WatchedTransaction[], hasChains: boolean}} Watched `hasChains`: whether any chain is followed, on which one could watch something
 */
/** @typedef {{source: string, field: string, chain: string, address: string, token: string, tx: string}} Values */

/** With its `0x`; a hash is longer. */
const ADDRESS_LENGTH = 42;
/** Nothing more is told of it. */
const FINAL = "finalized";

/** @param {Values} values @returns {string} the value of the choice that is meant; empty where none is */
export function watchedKey(values) {
  const name = isOfTransaction(values) ? values.tx || values.address : values.address;
  return name ? `${values.chain} ${name}` : "";
}

/** @param {Values} values @param {string} key of a choice @returns {Partial<Values>} what it stands for */
export function watchedOf(values, key) {
  const [chain = "", name = ""] = key.split(" ");
  const isHash = isOfTransaction(values) && name.length > ADDRESS_LENGTH;
  return isHash ? { chain, tx: name, address: "", token: "" } : { chain, address: name, token: "", tx: "" };
}

/**
 * @param {Values} values
 * @param {Watched} watched
 * @returns {{label: string, parameter: "tx" | "address", options: [string, string][]}} one that is watched no longer, or
 *   isn't known yet, by its beginning and its end
 */
export function watchedChoices(values, watched) {
  const isTransaction = isOfTransaction(values);
  const options = isTransaction ? transactionOptions(watched) : walletOptions(watched);
  const key = watchedKey(values);
  const isKnown = options.some(([each]) => each === key);
  const [chain, name = ""] = key.split(" ");
  const none = watched.hasChains ? "None is watched" : "No chain is followed here";
  if (!isKnown) options.unshift([key, key ? `${shortened(name)}, ${chain}` : none]);
  const parameter = isTransaction && !values.address ? "tx" : "address";
  return { label: isTransaction ? "Transaction" : "Wallet", parameter, options };
}

/** @param {Values} values @param {Watched} watched @returns {Partial<Values>} the first that may be meant */
export function firstWatched(values, watched) {
  const [[key] = [""]] = isOfTransaction(values) ? transactionOptions(watched) : walletOptions(watched);
  return watchedOf(values, key);
}

/** @param {Values} values @param {Watched} watched @returns {[string, string][]} what the wallet holds, the coin first */
export function assetChoices({ chain, address, token }, { wallets }) {
  const wallet = wallets.find((each) => each.chain === chain && each.address === address);
  /** @type {[string, string][]} */
  const held = (wallet?.balances ?? []).map((each) => [each.token ?? "", each.asset]);
  const coin = held.find(([key]) => !key) ?? ["", "The chain's coin"];
  const tokens = held.filter(([key]) => key);
  const isKnown = !token || tokens.some(([key]) => key === token);
  return [coin, ...tokens, ...(isKnown ? [] : [/** @type {[string, string]} */ ([token, shortened(token)])])];
}

/** @param {Pick<Watched, "wallets">} watched @returns {[string, string][]} */
function walletOptions({ wallets }) {
  return wallets.map(({ chain, address, label }) => [`${chain} ${address}`, `${label || shortened(address)}, ${chain}`]);
}

/** @param {Watched} watched @returns {[string, string][]} all of a wallet's, and each that is not over */
function transactionOptions({ wallets, transactions }) {
  const open = transactions.filter(({ status }) => status !== FINAL);
  return [
    ...walletOptions({ wallets }).map(([key, words]) => /** @type {[string, string]} */ ([key, `Any of ${words}`])),
    ...open.map(({ chain, hash, status }) => /** @type {[string, string]} */ ([`${chain} ${hash}`, `${shortened(hash)}, ${status}, ${chain}`])),
  ];
}
