/**
 * The events of one user: what only the user and staff may read.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */
import type { OrderType, Side, TradingLevel } from "./values.js";
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
  | "at_least"
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
 * `symbol` is null for a rule on all that its owner holds, `threshold` for one on a range.
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

/**
 * What a user holds of one symbol; prices and profit in its quote asset.
 *
 * `averagePrice` is what it cost; `price` and `unrealizedPnl` are null while no price of the market is known.
 */
export interface Position {
  symbol: string;
  quantity: number;
  averagePrice: number;
  price: number | null;
  unrealizedPnl: number | null;
}

/**
 * All that a user holds, at present prices, of `portfolio:<user>`.
 *
 * Quote assets count as equal to each other: `quoteAssets` are those of which something is in these sums. `equity` is
 * `balance`, what is held of quote assets, and the positions at their prices, or at what they cost while no price is
 * known; `unrealizedPnl` is of those that have one. `drawdown` is by how many per cent it is below the most that it
 * ever was.
 */
export interface Portfolio {
  equity: number;
  balance: number;
  unrealizedPnl: number;
  realizedPnl: number;
  positions: Position[];
  drawdown: number;
  quoteAssets: string[];
  timestamp: Time;
}

/** How long an order holds: until cancelled; what can be executed at once; at once and whole, or not at all. */
export type TimeInForce = "gtc" | "ioc" | "fok";

/** How far an order is. One that has expired is `cancelled`, with a reason. */
export type OrderStatus = "new" | "partially_filled" | "filled" | "cancelled" | "rejected";

/**
 * An order as it is now, of `orders:<user>`; a market order has no price, one that no bot placed no instance.
 *
 * `quantity` is what was asked for, of a market order for an amount of quote (`quoteQuantity`) what it came to so far;
 * `averagePrice` is that of what is filled; `reason` tells why an order was rejected, has expired or was cancelled.
 */
export interface Order {
  id: string;
  clientOrderId: string;
  account: string;
  symbol: string;
  side: Side;
  type: OrderType;
  timeInForce: TimeInForce;
  price: number | null;
  stopPrice: number | null;
  quantity: number;
  quoteQuantity: number | null;
  filled: number;
  averagePrice: number | null;
  status: OrderStatus;
  reason: string | null;
  instance: string | null;
  timestamp: Time;
}

/** Whose money it is: nobody's, the exchange's test network's, or real money. */
export type AccountMode = "paper" | "testnet" | "live";

/** What an account holds of one asset; `locked` is bound in open orders and in grids. */
export interface Balance {
  asset: string;
  free: number;
  locked: number;
}

/** The balances of one of a user's accounts, of `account:<user>`; `trading` is what may be ordered. */
export interface Account {
  account: string;
  mode: AccountMode;
  demo: boolean;
  balances: Balance[];
  trading: TradingLevel;
  timestamp: Time;
}

/** What happened to a wallet. */
export type WalletChange = "balance" | "transaction";

/**
 * A wallet's balance changed, or a transaction touched it, of `wallet:<address>`; amounts in units of `asset`.
 *
 * `asset` is a symbol; `token` is the address of the contract whose it is, null for the chain's own coin. `change` is
 * negative for what went out, `logIndex` the place of a token's transfer among the logs of its block; `retracted` says
 * that a reorganisation took it back. A balance is that after `block`; where it is `outdated`, blocks have changed it
 * since, and it is being read anew.
 */
export interface Wallet {
  chain: string;
  address: string;
  label: string;
  event: WalletChange;
  asset: string;
  token: string | null;
  balance: number | null;
  change: number | null;
  tx: string | null;
  logIndex: number | null;
  block: number | null;
  retracted: boolean;
  outdated: boolean;
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

/** What another transaction of the same sender and nonce does: the same for more gas, nothing, or something else. */
export type Replacement = "speed_up" | "cancel" | "other";

/**
 * A watched transaction as it is now, of `tx:<hash>`; what isn't known yet is null.
 *
 * `value` and `fee` are in the chain's own unit. `replacement` is what the transaction that took its nonce does.
 * `wallets` are the addresses of the watcher's wallets that it touches, without those that were added after its block.
 */
export interface Transaction {
  chain: string;
  hash: string;
  status: TransactionStatus;
  confirmations: number;
  required: number;
  block: number | null;
  replacedBy: string | null;
  replacement: Replacement | null;
  from: string | null;
  to: string | null;
  value: number | null;
  fee: number | null;
  wallets: string[];
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
