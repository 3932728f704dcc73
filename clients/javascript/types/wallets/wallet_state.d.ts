/** @param {{chain: string, address: string}} wallet */
export function walletKey({ chain, address }: {
    chain: string;
    address: string;
}): string;
/**
 * @param {FollowedWallets} wallets
 * @param {WalletActivity} data
 * @returns {FollowedWallets} what they are after an event
 */
export function withWalletActivity(wallets: FollowedWallets, data: WalletActivity): FollowedWallets;
/**
 * @param {Record<string, Holding>} holdings
 * @param {{asset: string, token: string | null, balance: number | null, block: number | null, outdated: boolean}} told
 */
export function withHolding(holdings: Record<string, Holding>, { asset, token, balance, block, outdated }: {
    asset: string;
    token: string | null;
    balance: number | null;
    block: number | null;
    outdated: boolean;
}): Record<string, Holding>;
/**
 * @param {FollowedTransactions} transactions
 * @param {Transaction} data
 * @returns {FollowedTransactions}
 */
export function withTransaction(transactions: FollowedTransactions, data: Transaction): FollowedTransactions;
/**
 * What a block takes the place of, and all above that, is no more.
 *
 * @param {FollowedBlocks} blocks
 * @param {Block} data
 * @returns {FollowedBlocks}
 */
export function withBlock(blocks: FollowedBlocks, data: Block): FollowedBlocks;
/**
 * What wallets, transactions and blocks are, as their events tell it. Pure: each function returns a new value, the same
 * whether it is given an event once or twice. Each wallet is of one chain, each balance of one contract: symbols and
 * addresses name several.
 */
/** @typedef {import("../../protocol.js").Wallet} WalletActivity the data of a `wallet` frame */
/** @typedef {import("../../protocol.js").Transaction} Transaction */
/** @typedef {import("../../protocol.js").Block} Block */
/**
 * How much a wallet holds of an asset, after a block; `token` is the contract's address, null for the chain's own coin.
 * Where it is `outdated`, blocks have changed it since, and it is being read anew.
 *
 * @typedef {{asset: string, token: string | null, balance: number, block: number | null, outdated: boolean}} Holding
 */
/**
 * A wallet of one chain: what it holds, by the contract's address, or `native` for the chain's own coin; and what came
 * and went, the newest first, without what a reorganisation took back. At most 50.
 *
 * @typedef {{chain: string, address: string, label: string, holdings: Record<string, Holding>,
 *   movements: WalletActivity[]}} FollowedWallet
 */
/** @typedef {Record<string, FollowedWallet>} FollowedWallets by `<chain>:<address>` */
/** @typedef {Record<string, Transaction>} FollowedTransactions by `<chain>:<hash>` */
/** @typedef {Record<string, Block[]>} FollowedBlocks by chain, the newest first; at most 50 */
/** So many movements of a wallet, and blocks of a chain, are kept. */
export const MOST_KEPT: 50;
/**
 * the data of a `wallet` frame
 */
export type WalletActivity = import("../../protocol.js").Wallet;
export type Transaction = import("../../protocol.js").Transaction;
export type Block = import("../../protocol.js").Block;
/**
 * How much a wallet holds of an asset, after a block; `token` is the contract's address, null for the chain's own coin.
 * Where it is `outdated`, blocks have changed it since, and it is being read anew.
 */
export type Holding = {
    asset: string;
    token: string | null;
    balance: number;
    block: number | null;
    outdated: boolean;
};
/**
 * A wallet of one chain: what it holds, by the contract's address, or `native` for the chain's own coin; and what came
 * and went, the newest first, without what a reorganisation took back. At most 50.
 */
export type FollowedWallet = {
    chain: string;
    address: string;
    label: string;
    holdings: Record<string, Holding>;
    movements: WalletActivity[];
};
/**
 * by `<chain>:<address>`
 */
export type FollowedWallets = Record<string, FollowedWallet>;
/**
 * by `<chain>:<hash>`
 */
export type FollowedTransactions = Record<string, Transaction>;
/**
 * by chain, the newest first; at most 50
 */
export type FollowedBlocks = Record<string, Block[]>;
