/** What happens in wallets. */
import { useChannels } from "./channels.js";
import { useSystem } from "./system_context.js";

/** @typedef {import("../../protocol.js").Wallet} WalletActivity the data of a `wallet` frame */
/**
 * A wallet as its events tell it: the balance of each asset that moved, and what happened, newest first.
 *
 * @typedef {{address: string, chain: string, label: string, balances: Map<string, number>,
 *   activity: WalletActivity[]}} Wallet
 */

const MOST_ACTIVITY = 50;

/**
 * Follow the user's own wallets. `wallets` goes from address to what was told of it; it is loading until the server has
 * agreed to each address, or refused it.
 *
 * @param {{addresses: string[], enabled?: boolean} & import("./system_context.js").Address} options
 * @returns {{wallets: Map<string, Wallet>, loading: boolean, error: import("./channels.js").Refusal | undefined}}
 */
export function useWalletSubscription({ addresses, enabled = true, ...address }) {
  const system = useSystem(address);
  const { data, loading, error } = useChannels(system, {
    channels: addresses.map((wallet) => `wallet:${wallet}`),
    enabled,
    awaitsData: false,
    initial: (before) => only(addresses, before),
    apply: (wallets, frame) => told(wallets, String(frame.channel).slice("wallet:".length), frame.data),
  });
  return { wallets: data, loading, error };
}

/**
 * What is known already of the wallets that stay.
 *
 * @param {string[]} addresses
 * @param {Map<string, Wallet>} [wallets]
 */
function only(addresses, wallets = new Map()) {
  return new Map([...wallets].filter(([address]) => addresses.includes(address)));
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
  if (data.balance !== null) balances.set(data.asset, data.balance);
  const activity = [data, ...(before?.activity ?? [])].slice(0, MOST_ACTIVITY);
  return new Map(wallets).set(address, { address, chain: data.chain, label: data.label, balances, activity });
}
