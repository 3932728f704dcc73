/**
 * The events of one user: what only the user and staff may read.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */
import type { Side } from "./values.js";
import type { Time } from "../protocol.js";

/** What a notification is about. */
export type NotificationKind = "alert" | "order" | "grid" | "strategy" | "backtest" | "wallet" | "system";

/** How much a notification matters. */
export type Severity = "info" | "warning" | "critical";

/** A stored notification; `seq` counts those of its user, `rule` is the alert rule that made it, if one did. */
export interface Notification {
  id: number;
  seq: number;
  kind: NotificationKind;
  severity: Severity;
  title: string;
  body: string;
  data: Record<string, unknown>;
  rule: number | null;
  read: boolean;
  created: Time;
}

/** How a rule compares. */
export type AlertOperator =
  | "above"
  | "below"
  | "crossing"
  | "crossing_up"
  | "crossing_down"
  | "entering"
  | "leaving"
  | "inside"
  | "outside"
  | "moving_up"
  | "moving_down";

/** What a rule does now. */
export type AlertState = "armed" | "pending" | "firing" | "cooling" | "snoozed" | "expired" | "error" | "no_data";

/**
 * A rule fired at `value`, after `previous`; `late` where the moment fell into an outage.
 *
 * `symbol` is null for a rule on a portfolio or a wallet, `threshold` for one on a range.
 */
export interface Alert {
  rule: number;
  name: string;
  symbol: string | null;
  source: string;
  operator: AlertOperator;
  value: number;
  threshold: number | null;
  previous: number | null;
  state: AlertState;
  late: boolean;
  simulated: boolean;
  firedAt: Time;
}

/** What a user holds of one symbol; prices and profit in its quote asset. */
export interface Position {
  symbol: string;
  quantity: number;
  averagePrice: number;
  price: number;
  unrealizedPnl: number;
}

/** All that a user holds, at present prices, of `portfolio:<user>`. */
export interface Portfolio {
  equity: number;
  balance: number;
  unrealizedPnl: number;
  realizedPnl: number;
  positions: Position[];
  timestamp: Time;
}

/** How an order is executed. */
export type OrderType = "limit" | "market";

/** How far an order is. */
export type OrderStatus = "new" | "partially_filled" | "filled" | "cancelled" | "rejected";

/** An order as it is now, of `orders:<user>`; a market order has no price, one that no bot placed no instance. */
export interface Order {
  id: string;
  clientOrderId: string;
  symbol: string;
  side: Side;
  type: OrderType;
  price: number | null;
  quantity: number;
  filled: number;
  status: OrderStatus;
  instance: string | null;
  timestamp: Time;
}

/** Whose money it is: nobody's, the exchange's test network's, or real money. */
export type AccountMode = "paper" | "testnet" | "live";

/** What an account holds of one asset; `locked` is bound in open orders. */
export interface Balance {
  asset: string;
  free: number;
  locked: number;
}

/** The balances of an account, of `account:<user>`. */
export interface Account {
  mode: AccountMode;
  demo: boolean;
  balances: Balance[];
  timestamp: Time;
}

/** What happened to a wallet. */
export type WalletChange = "balance" | "transaction";

/** A wallet's balance changed, or a transaction touched it, of `wallet:<address>`; amounts in units of `asset`. */
export interface Wallet {
  chain: string;
  address: string;
  label: string;
  event: WalletChange;
  asset: string;
  balance: number | null;
  change: number | null;
  tx: string | null;
  block: number | null;
  timestamp: Time;
}

/** How far a transaction is. */
export type TransactionStatus =
  | "seen"
  | "pending"
  | "confirming"
  | "confirmed"
  | "finalized"
  | "failed"
  | "replaced"
  | "dropped"
  | "retracted";

/**
 * A watched transaction as it is now, of `tx:<hash>`; what isn't known yet is null.
 *
 * `value` and `fee` are in the chain's own unit.
 */
export interface Transaction {
  chain: string;
  hash: string;
  status: TransactionStatus;
  confirmations: number;
  required: number;
  block: number | null;
  replacedBy: string | null;
  from: string | null;
  to: string | null;
  value: number | null;
  fee: number | null;
  timestamp: Time;
}

/** The data of each type of frame. */
export interface UserData {
  notification: Notification;
  alert: Alert;
  portfolio: Portfolio;
  order: Order;
  account: Account;
  wallet: Wallet;
  transaction: Transaction;
}
