/**
 * Keep one's wallets at these addresses in step, on whichever chains they are.
 *
 * @param {FollowingSystem} system
 * @param {string[]} addresses in any spelling
 * @param {string} [name] of the value, among those of the system's state sync
 * @returns {import("../synced_value.js").SyncedValue<FollowedWallets>}
 */
export function followWallets(system: FollowingSystem, addresses: string[], name?: string): import("../synced_value.js").SyncedValue<FollowedWallets>;
/**
 * Keep transactions that one watches in step.
 *
 * @param {FollowingSystem} system
 * @param {TransactionName[]} transactions
 * @param {string} [name]
 * @returns {import("../synced_value.js").SyncedValue<FollowedTransactions>}
 */
export function followTransactions(system: FollowingSystem, transactions: TransactionName[], name?: string): import("../synced_value.js").SyncedValue<FollowedTransactions>;
/**
 * Keep the newest blocks of chains in step; without a login they begin with the newest.
 *
 * @param {FollowingSystem} system
 * @param {string[]} chains
 * @param {string} [name]
 * @returns {import("../synced_value.js").SyncedValue<FollowedBlocks>}
 */
export function followBlocks(system: FollowingSystem, chains: string[], name?: string): import("../synced_value.js").SyncedValue<FollowedBlocks>;
export class Wallets {
    /** @param {{ command: Command }} client a TidewireClient, or a system of one */
    constructor(client: {
        command: Command;
    });
    /**
     * Watch an address, in any spelling; its balances come on `wallet:<address>` once the chain was asked for them.
     *
     * @param {{ chain: string, address: string, label?: string }} wallet
     * @returns {Promise<Record<string, any>>} the wallet with its id
     */
    add(wallet: {
        chain: string;
        address: string;
        label?: string;
    }): Promise<Record<string, any>>;
    /** @param {string} id @returns {Promise<Record<string, any>>} */
    remove(id: string): Promise<Record<string, any>>;
    /** @param {string} id @param {string} label an empty one takes it away @returns {Promise<Record<string, any>>} */
    rename(id: string, label: string): Promise<Record<string, any>>;
    /**
     * @param {{ chain?: string, address?: string } & Page} [filters]
     * @returns {Promise<Record<string, any>[]>} with their balances, the oldest first
     */
    list(filters?: {
        chain?: string;
        address?: string;
    } & Page): Promise<Record<string, any>[]>;
    /** @param {string} id @returns {Promise<Record<string, any>>} */
    get(id: string): Promise<Record<string, any>>;
    /**
     * @param {string} id
     * @param {Page} [page]
     * @returns {Promise<Record<string, any>[]>} what came and went, the newest first
     */
    history(id: string, page?: Page): Promise<Record<string, any>[]>;
    /** @returns {Promise<Record<string, any>[]>} the chains that are followed */
    chains(): Promise<Record<string, any>[]>;
    /** @param {string} chain @param {Page} [page] @returns {Promise<Record<string, any>[]>} the newest first */
    blocks(chain: string, page?: Page): Promise<Record<string, any>[]>;
    /** @param {TransactionName} which @returns {Promise<Transaction>} */
    watchTransaction(which: TransactionName): Promise<Transaction>;
    /** @param {TransactionName} which @returns {Promise<Transaction>} as it is then */
    unwatchTransaction(which: TransactionName): Promise<Transaction>;
    /** @param {TransactionName} which @returns {Promise<Transaction>} as it is now */
    transaction(which: TransactionName): Promise<Transaction>;
    /**
     * @param {{ chain?: string, wallet?: string, status?: string } & Page} [filters]
     * @returns {Promise<Transaction[]>} the newest first
     */
    transactions(filters?: {
        chain?: string;
        wallet?: string;
        status?: string;
    } & Page): Promise<Transaction[]>;
    #private;
}
export type FollowedWallet = import("./wallet_state.js").FollowedWallet;
export type FollowedWallets = import("./wallet_state.js").FollowedWallets;
export type FollowedTransactions = import("./wallet_state.js").FollowedTransactions;
export type FollowedBlocks = import("./wallet_state.js").FollowedBlocks;
export type Transaction = import("../../protocol.js").Transaction;
export type Command = (action: string, params?: object) => Promise<any>;
export type FollowingSystem = Pick<import("../system.js").WebSocketSystem, "stateSync" | "command" | "subscribe">;
export type TransactionName = {
    chain: string;
    hash: string;
};
export type Page = {
    limit?: number;
    offset?: number;
};
