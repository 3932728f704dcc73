/**
 * Follow the user's own wallets. `wallets` goes from address to what was told of it, `followed` from
 * `<chain>:<address>` to the wallet of that chain, with what it holds by contract, and with what came and went since it
 * is followed, without what a reorganisation took back. It is loading until the server has agreed to each address, or
 * refused it.
 *
 * @param {{addresses: string[], enabled?: boolean} & import("./system_context.js").Address} options
 * @returns {{wallets: Map<string, Wallet>, followed: FollowedWallets, loading: boolean, error: Refusal | undefined}}
 */
export function useWalletSubscription({ addresses, enabled, ...address }: {
    addresses: string[];
    enabled?: boolean;
} & import("./system_context.js").Address): {
    wallets: Map<string, Wallet>;
    followed: FollowedWallets;
    loading: boolean;
    error: Refusal | undefined;
};
/**
 * Follow transactions that the user watches. `transactions` goes from `<chain>:<hash>` to the transaction as it is.
 *
 * @param {{hashes: string[], enabled?: boolean} & import("./system_context.js").Address} options
 * @returns {{transactions: FollowedTransactions, loading: boolean, error: Refusal | undefined}}
 */
export function useTransactionSubscription({ hashes, enabled, ...address }: {
    hashes: string[];
    enabled?: boolean;
} & import("./system_context.js").Address): {
    transactions: FollowedTransactions;
    loading: boolean;
    error: Refusal | undefined;
};
/**
 * Follow the blocks of chains: `blocks` goes from chain to its newest, the newest first, since they are followed.
 *
 * @param {{chains: string[], enabled?: boolean} & import("./system_context.js").Address} options
 * @returns {{blocks: FollowedBlocks, loading: boolean, error: Refusal | undefined}}
 */
export function useBlockSubscription({ chains, enabled, ...address }: {
    chains: string[];
    enabled?: boolean;
} & import("./system_context.js").Address): {
    blocks: FollowedBlocks;
    loading: boolean;
    error: Refusal | undefined;
};
/**
 * the data of a `wallet` frame
 */
export type WalletActivity = import("../wallets/wallet_state.js").WalletActivity;
export type FollowedWallets = import("../wallets/wallet_state.js").FollowedWallets;
export type FollowedTransactions = import("../wallets/wallet_state.js").FollowedTransactions;
export type FollowedBlocks = import("../wallets/wallet_state.js").FollowedBlocks;
export type Refusal = import("./channels.js").Refusal;
/**
 * What was told of an address: balances by symbol, and what happened, newest first. Where its tokens share a symbol, or
 * it is one of several chains, the newest is there: `followed` tells them apart.
 */
export type Wallet = {
    address: string;
    chain: string;
    label: string;
    balances: Map<string, number>;
    activity: WalletActivity[];
};
export type Told = {
    wallets: Map<string, Wallet>;
    followed: FollowedWallets;
};
