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
export const MOST_KEPT = 50;
const NATIVE = "native";

/** @param {{chain: string, address: string}} wallet */
export function walletKey({ chain, address }) {
  return `${chain}:${address}`;
}

/**
 * @param {FollowedWallets} wallets
 * @param {WalletActivity} data
 * @returns {FollowedWallets} what they are after an event
 */
export function withWalletActivity(wallets, data) {
  const { chain, address, label } = data;
  const before = wallets[walletKey(data)] ?? { holdings: {}, movements: [] };
  const { holdings, movements } = before;
  const news = data.event === "balance" ? { holdings: withHolding(holdings, data) } : { movements: withMovement(movements, data) };
  return { ...wallets, [walletKey(data)]: { ...before, chain, address, label, ...news } };
}

/**
 * @param {Record<string, Holding>} holdings
 * @param {{asset: string, token: string | null, balance: number | null, block: number | null, outdated: boolean}} told
 */
export function withHolding(holdings, { asset, token, balance, block, outdated }) {
  return balance === null ? holdings : { ...holdings, [token ?? NATIVE]: { asset, token, balance, block, outdated } };
}

/**
 * @param {WalletActivity[]} movements
 * @param {WalletActivity} data
 */
function withMovement(movements, data) {
  if (data.retracted) return movements.filter((one) => !isSame(one, data));
  return movements.some((one) => isSame(one, data)) ? movements : [data, ...movements].slice(0, MOST_KEPT);
}

/** A transaction may move several things, and comes again in another block. @param {WalletActivity} one @param {WalletActivity} other */
function isSame(one, other) {
  const isOneWay = Math.sign(one.change ?? 0) === Math.sign(other.change ?? 0);
  return isOneWay && one.tx === other.tx && one.logIndex === other.logIndex && one.block === other.block && one.token === other.token;
}

/**
 * @param {FollowedTransactions} transactions
 * @param {Transaction} data
 * @returns {FollowedTransactions}
 */
export function withTransaction(transactions, data) {
  return { ...transactions, [`${data.chain}:${data.hash}`]: data };
}

/**
 * What a block takes the place of, and all above that, is no more.
 *
 * @param {FollowedBlocks} blocks
 * @param {Block} data
 * @returns {FollowedBlocks}
 */
export function withBlock(blocks, data) {
  const below = (blocks[data.chain] ?? []).filter(({ number }) => number < data.number);
  return { ...blocks, [data.chain]: [data, ...below].slice(0, MOST_KEPT) };
}
