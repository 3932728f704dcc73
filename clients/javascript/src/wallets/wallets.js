/**
 * Wallets, transactions and blocks: the commands with their parameters named, thin over `command`, and values that are
 * kept in step with what the server tells of them. What is followed is subscribed here, and loaded anew after each
 * reconnect and where events were lost.
 */
import { MOST_KEPT, walletKey, withBlock, withHolding, withTransaction, withWalletActivity } from "./wallet_state.js";

/** @typedef {import("./wallet_state.js").FollowedWallet} FollowedWallet */
/** @typedef {import("./wallet_state.js").FollowedWallets} FollowedWallets */
/** @typedef {import("./wallet_state.js").FollowedTransactions} FollowedTransactions */
/** @typedef {import("./wallet_state.js").FollowedBlocks} FollowedBlocks */
/** @typedef {import("../../protocol.js").Transaction} Transaction */
/** @typedef {(action: string, params?: object) => Promise<any>} Command */
/** @typedef {Pick<import("../system.js").WebSocketSystem, "stateSync" | "command" | "subscribe">} FollowingSystem */
/** @typedef {{chain: string, hash: string}} TransactionName */
/** @typedef {{limit?: number, offset?: number}} Page */

/** What isn't watched, or isn't one's own to see, is left out of a snapshot. */
const NOT_THERE = new Set(["NOT_FOUND", "PERMISSION_DENIED"]);
const MOST_LISTED = 500;

export class Wallets {
  /** @type {Command} */
  #command;

  /** @param {{ command: Command }} client a TidewireClient, or a system of one */
  constructor(client) {
    this.#command = (action, params) => client.command(action, params);
  }

  /**
   * Watch an address, in any spelling; its balances come on `wallet:<address>` once the chain was asked for them.
   *
   * @param {{ chain: string, address: string, label?: string }} wallet
   * @returns {Promise<Record<string, any>>} the wallet with its id
   */
  add(wallet) {
    return this.#command("wallet.add", wallet);
  }

  /** @param {string} id @returns {Promise<Record<string, any>>} */
  remove(id) {
    return this.#command("wallet.remove", { id });
  }

  /** @param {string} id @param {string} label an empty one takes it away @returns {Promise<Record<string, any>>} */
  rename(id, label) {
    return this.#command("wallet.rename", { id, label });
  }

  /**
   * @param {{ chain?: string, address?: string } & Page} [filters]
   * @returns {Promise<Record<string, any>[]>} with their balances, the oldest first
   */
  async list(filters = {}) {
    return (await this.#command("wallet.list", filters)).items;
  }

  /** @param {string} id @returns {Promise<Record<string, any>>} */
  get(id) {
    return this.#command("wallet.get", { id });
  }

  /**
   * @param {string} id
   * @param {Page} [page]
   * @returns {Promise<Record<string, any>[]>} what came and went, the newest first
   */
  async history(id, page = {}) {
    return (await this.#command("wallet.history", { id, ...page })).items;
  }

  /** @returns {Promise<Record<string, any>[]>} the chains that are followed */
  async chains() {
    return (await this.#command("wallet.chains", {})).items;
  }

  /** @param {string} chain @param {Page} [page] @returns {Promise<Record<string, any>[]>} the newest first */
  async blocks(chain, page = {}) {
    return (await this.#command("wallet.blocks", { chain, ...page })).items;
  }

  /** @param {TransactionName} which @returns {Promise<Transaction>} */
  watchTransaction(which) {
    return this.#command("tx.watch", which);
  }

  /** @param {TransactionName} which @returns {Promise<Transaction>} as it is then */
  unwatchTransaction(which) {
    return this.#command("tx.unwatch", which);
  }

  /** @param {TransactionName} which @returns {Promise<Transaction>} as it is now */
  transaction(which) {
    return this.#command("tx.status", which);
  }

  /**
   * @param {{ chain?: string, wallet?: string, status?: string } & Page} [filters]
   * @returns {Promise<Transaction[]>} the newest first
   */
  async transactions(filters = {}) {
    return (await this.#command("tx.list", filters)).items;
  }
}

/**
 * Keep one's wallets at these addresses in step, on whichever chains they are.
 *
 * @param {FollowingSystem} system
 * @param {string[]} addresses in any spelling
 * @param {string} [name] of the value, among those of the system's state sync
 * @returns {import("../synced_value.js").SyncedValue<FollowedWallets>}
 */
export function followWallets(system, addresses, name = "wallets") {
  const wallets = new Wallets(system);
  const load = async () => {
    /** @type {FollowedWallets} */
    const followed = {};
    for (const address of addresses) {
      for (const wallet of await wallets.list({ address, limit: MOST_LISTED })) {
        followed[walletKey(/** @type {any} */ (wallet))] = await snapshotOf(wallet, wallets);
      }
    }
    return followed;
  };
  return followed(system, name, addresses.map((address) => `wallet:${address.trim()}`), load, withWalletActivity);
}

/**
 * Keep transactions that one watches in step.
 *
 * @param {FollowingSystem} system
 * @param {TransactionName[]} transactions
 * @param {string} [name]
 * @returns {import("../synced_value.js").SyncedValue<FollowedTransactions>}
 */
export function followTransactions(system, transactions, name = "transactions") {
  const wallets = new Wallets(system);
  const load = async () => {
    const found = [];
    for (const { chain, hash } of transactions) found.push(await ifThere(wallets.transaction({ chain, hash })));
    return found.filter((one) => one !== undefined).reduce(withTransaction, {});
  };
  return followed(system, name, transactions.map(({ hash }) => `tx:${hash.trim()}`), load, withTransaction);
}

/**
 * Keep the newest blocks of chains in step; without a login they begin with the newest.
 *
 * @param {FollowingSystem} system
 * @param {string[]} chains
 * @param {string} [name]
 * @returns {import("../synced_value.js").SyncedValue<FollowedBlocks>}
 */
export function followBlocks(system, chains, name = "blocks") {
  const wallets = new Wallets(system);
  const load = async () => {
    /** @type {FollowedBlocks} */
    const followed = {};
    for (const chain of chains) {
      const blocks = (await ifThere(wallets.blocks(chain, { limit: MOST_KEPT }))) ?? [];
      followed[chain] = blocks.map((block) => /** @type {any} */ ({ ...block, chain, reorg_depth: 0 }));
    }
    return followed;
  };
  return followed(system, name, chains.map((chain) => `blocks:${chain}`), load, withBlock);
}

/**
 * @template Value, Data
 * @param {FollowingSystem} system
 * @param {string} name
 * @param {string[]} channels
 * @param {() => Promise<Value>} load
 * @param {(value: Value, data: Data) => Value} apply
 * @returns {import("../synced_value.js").SyncedValue<Value>}
 */
function followed(system, name, channels, load, apply) {
  const value = system.stateSync.define(name, { load, channels, apply: (before, { data }) => apply(before, data) });
  system.subscribe(channels);
  return value;
}

/**
 * @param {Record<string, any>} wallet as the server lists it
 * @param {Wallets} wallets
 * @returns {Promise<FollowedWallet>}
 */
async function snapshotOf({ id, chain, address, label, balances }, wallets) {
  const history = await wallets.history(id, { limit: MOST_KEPT });
  const standing = history.filter(({ retracted }) => !retracted);
  return {
    chain,
    address,
    label,
    holdings: balances.reduce(withHolding, {}),
    movements: standing.map((one) => /** @type {any} */ ({ ...one, chain, address, label, event: "transaction" })),
  };
}

/**
 * @template Answer
 * @param {Promise<Answer>} answer
 * @returns {Promise<Answer | undefined>} undefined where there is none for this user
 */
async function ifThere(answer) {
  try {
    return await answer;
  } catch (error) {
    if (NOT_THERE.has(String(/** @type {{code?: string}} */ (error).code))) return undefined;
    throw error;
  }
}
