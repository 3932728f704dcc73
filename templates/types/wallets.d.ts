/** What the server says of wallets, transactions, chains and blocks (REST below `/api/v1/wallets/`, and the frames of their topics). */
import type { Moment } from "./backtests.js";

export type TransactionStatus = "seen" | "pending" | "confirming" | "confirmed" | "finalized" | "failed" | "replaced" | "dropped" | "retracted";

/** What a wallet holds of an asset; `token` is the address of the contract, null for the chain's own coin. */
export interface WalletBalance {
  asset: string;
  token: string | null;
  balance: number;
  block: number;
  outdated: boolean;
}

/** A token that was named for a wallet by its contract; `reason` says why it is none. */
export interface NamedToken {
  token: string;
  asset: string | null;
  state: "checking" | "followed" | "no_token";
  reason: string | null;
}

export interface Wallet {
  id: string;
  chain: string;
  address: string;
  label: string;
  balances: WalletBalance[];
  tokens: NamedToken[];
  created: Moment;
}

export interface Movement {
  asset: string;
  token: string | null;
  direction: string;
  counterparty: string | null;
  change: number;
  balance: number | null;
  tx: string;
  block: number;
  retracted: boolean;
  timestamp: Moment;
}

export interface WatchedTransaction {
  chain: string;
  hash: string;
  status: TransactionStatus;
  confirmations: number;
  required: number;
  block: number | null;
  replacedBy: string | null;
  replacement: "speed_up" | "cancel" | "other" | null;
  from: string | null;
  to: string | null;
  value: number | null;
  fee: number | null;
  timestamp: Moment;
}

export interface Chain {
  chain: string;
  chain_id: number;
  asset: string;
  confirmations: number;
  simulated: boolean;
  state: "connecting" | "connected" | "catching_up" | "disconnected" | "error";
  reason: string | null;
  block: number | null;
  head: number | null;
  last_head: Moment | null;
}

export interface Block {
  number: number;
  hash: string;
  parentHash: string;
  transactions: number;
  timestamp: Moment;
}

/** A block as it is listed: `isRetracted` once a reorganisation has taken it back. */
export interface ListedBlock extends Block {
  isRetracted: boolean;
}

/** The data of a frame of `blocks:<chain>`. */
export interface BlockNews extends Block {
  chain: string;
  reorg_depth: number;
}

/** The data of a frame of `wallet:<address>`. */
export interface WalletNews {
  chain: string;
  address: string;
  event: "balance" | "transaction";
  asset: string;
  token: string | null;
  balance: number | null;
  block: number | null;
  retracted: boolean;
  outdated: boolean;
}

/** One's wallets, the transactions that one watches, and the chains that are followed. */
export interface WalletsState {
  wallets: Wallet[];
  transactions: WatchedTransaction[];
  chains: Chain[];
}
