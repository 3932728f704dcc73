/**
 * Follow the user's own wallets. `wallets` goes from address to what was told of it; it is loading until the server has
 * agreed to each address, or refused it.
 *
 * @param {{addresses: string[], enabled?: boolean} & import("./system_context.js").Address} options
 * @returns {{wallets: Map<string, Wallet>, loading: boolean, error: import("./channels.js").Refusal | undefined}}
 */
export function useWalletSubscription({ addresses, enabled, ...address }: {
    addresses: string[];
    enabled?: boolean;
} & import("./system_context.js").Address): {
    wallets: Map<string, Wallet>;
    loading: boolean;
    error: import("./channels.js").Refusal | undefined;
};
/**
 * the data of a `wallet` frame
 */
export type WalletActivity = import("../../protocol.js").Wallet;
/**
 * A wallet as its events tell it: the balance of each asset that moved, and what happened, newest first.
 */
export type Wallet = {
    address: string;
    chain: string;
    label: string;
    balances: Map<string, number>;
    activity: WalletActivity[];
};
