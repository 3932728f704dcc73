/** What happens in wallets, to transactions and on chains. */
import { withBlock, withTransaction, withWalletActivity } from "../wallets/wallet_state.js";
import { useChannels } from "./channels.js";
import { useSystem } from "./system_context.js";

/** @typedef {import("../wallets/wallet_state.js").WalletActivity} WalletActivity the data of a `wallet` frame */
/** @typedef {import("../wallets/wallet_state.js").FollowedWallets} FollowedWallets */
/** @typedef {import("../wallets/wallet_state.js").FollowedTransactions} FollowedTransactions */
/** @typedef {import("../wallets/wallet_state.js").FollowedBlocks} FollowedBlocks */
/** @typedef {import("./channels.js").Refusal} Refusal */
/**
 * What was told of an address: balances by symbol, and what happened, newest first. Where its tokens share a symbol, or
 * it is one of several chains, the newest is there: `followed` tells them apart.
 *
 * @typedef {{address: string, chain: string, label: string, balances: Map<string, number>,
 *   activity: WalletActivity[]}} Wallet
 */
/** @typedef {{wallets: Map<string, Wallet>, followed: FollowedWallets}} Told */

const MOST_ACTIVITY = 50;

/**
 * Follow the user's own wallets. `wallets` goes from address to what was told of it, `followed` from
 * `<chain>:<address>` to the wallet of that chain, with what it holds by contract, and with what came and went since it
 * is followed, without what a reorganisation took back. It is loading until the server has agreed to each address, or
 * refused it.
 *
 * @param {{addresses: string[], enabled?: boolean} & import("./system_context.js").Address} options
 * @returns {{wallets: Map<string, Wallet>, followed: FollowedWallets, loading: boolean, error: Refusal | undefined}}
 */
export function useWalletSubscription({ addresses, enabled = true, ...address }) {
  const system = useSystem(address);
  const { data, loading, error } = useChannels(system, {
    channels: addresses.map((wallet) => `wallet:${wallet}`),
    enabled,
    awaitsData: false,
    initial: (before) => only(addresses, before),
    apply: ({ wallets, followed }, frame) => ({
      wallets: told(wallets, String(frame.channel).slice("wallet:".length), frame.data),
      followed: withWalletActivity(followed, frame.data),
    }),
    missed: ({ wallets, followed }) => ({ wallets, followed: withoutMovements(followed) }),
  });
  return { ...data, loading, error };
}

/**
 * Follow transactions that the user watches. `transactions` goes from `<chain>:<hash>` to the transaction as it is.
 *
 * @param {{hashes: string[], enabled?: boolean} & import("./system_context.js").Address} options
 * @returns {{transactions: FollowedTransactions, loading: boolean, error: Refusal | undefined}}
 */
export function useTransactionSubscription({ hashes, enabled = true, ...address }) {
  const system = useSystem(address);
  const { data, loading, error } = useChannels(system, {
    channels: hashes.map((hash) => `tx:${hash}`),
    enabled,
    awaitsData: false,
    initial: (/** @type {FollowedTransactions} */ before = {}) => onlyThose(before, ({ hash }) => isAmong(hash, hashes)),
    apply: (transactions, frame) => withTransaction(transactions, frame.data),
  });
  return { transactions: data, loading, error };
}

/**
 * Follow the blocks of chains: `blocks` goes from chain to its newest, the newest first, since they are followed.
 *
 * @param {{chains: string[], enabled?: boolean} & import("./system_context.js").Address} options
 * @returns {{blocks: FollowedBlocks, loading: boolean, error: Refusal | undefined}}
 */
export function useBlockSubscription({ chains, enabled = true, ...address }) {
  const system = useSystem(address);
  const { data, loading, error } = useChannels(system, {
    channels: chains.map((chain) => `blocks:${chain}`),
    enabled,
    awaitsData: false,
    initial: (/** @type {FollowedBlocks} */ before = {}) => onlyThose(before, (_, chain) => chains.includes(chain)),
    apply: (blocks, frame) => withBlock(blocks, frame.data),
    missed: () => ({}),
  });
  return { blocks: data, loading, error };
}

/**
 * What is known already of the addresses that stay.
 *
 * @param {string[]} addresses
 * @param {Told} [before]
 * @returns {Told}
 */
function only(addresses, { wallets, followed } = { wallets: new Map(), followed: {} }) {
  return {
    wallets: new Map([...wallets].filter(([address]) => addresses.includes(address))),
    followed: onlyThose(followed, ({ address }) => isAmong(address, addresses)),
  };
}

/**
 * @template One
 * @param {Record<string, One>} all
 * @param {(one: One, key: string) => boolean} isWanted
 * @returns {Record<string, One>}
 */
function onlyThose(all, isWanted) {
  return Object.fromEntries(Object.entries(all).filter(([key, one]) => isWanted(one, key)));
}

/** @param {string} name an address or a hash as the server spells it @param {string[]} given in any spelling */
function isAmong(name, given) {
  return given.some((one) => plainly(one) === plainly(name));
}

/** @param {string} spelt */
function plainly(spelt) {
  return spelt.trim().toLowerCase().replace(/^0x/, "");
}

/**
 * Which of them a reorganisation has taken back meanwhile, nobody has heard.
 *
 * @param {FollowedWallets} wallets
 * @returns {FollowedWallets}
 */
function withoutMovements(wallets) {
  return Object.fromEntries(Object.entries(wallets).map(([key, wallet]) => [key, { ...wallet, movements: [] }]));
}

/**
 * @param {Map<string, Wallet>} wallets
 * @param {string} address
 * @param {WalletActivity} data
 * @returns {Map<string, Wallet>}
 */
function told(wallets, address, data) {
  const before = wallets.get(address);
  const balances = new Map(before?.balances);
  if (data.balance !== null && !data.retracted) balances.set(data.asset, data.balance);
  const activity = [data, ...(before?.activity ?? [])].slice(0, MOST_ACTIVITY);
  return new Map(wallets).set(address, { address, chain: data.chain, label: data.label, balances, activity });
}
