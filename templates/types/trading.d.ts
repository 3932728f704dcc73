/** What the server says of orders, accounts and portfolios (REST below `/api/v1/trading/`, and the channels of one's own). */
import type { NewOrder } from "../../clients/javascript/protocol.js";
import type { AccountMode, Balance, Order, OrderStatus, Portfolio, Position, TimeInForce } from "../../clients/javascript/events/user.js";
import type { OrderType, Side, TradingLevel } from "../../clients/javascript/events/values.js";
import type { Moment } from "./backtests.js";

export type { AccountMode, Balance, Moment, NewOrder, Order, OrderStatus, OrderType, Portfolio, Position, Side, TimeInForce, TradingLevel };

/** Of an account; null where there is none. Amounts of quote, `price_collar` a part of one. */
export interface Limits {
  order_size: number | null;
  position_size: number | null;
  open_orders: number | null;
  price_collar: number | null;
  orders_per_second: number | null;
  daily_loss: number | null;
}

export type LimitName = keyof Limits;

/** The limits of an account, with what is used of them now, as the server counts it before an order. */
export interface AccountLimits {
  account: string;
  limits: Limits;
  /** Those of a new account in this installation. */
  defaults: Limits;
  used: {
    /** What is held and being bought of each asset is worth, the largest first; null: no price is known. */
    positions: { asset: string; value: number | null }[];
    open_orders: number;
    /** Within the last second. */
    orders_per_second: number;
    /** Realised since midnight (UTC); below 0: a gain. */
    daily_loss: number;
  };
  /** Whether whoever asks may set them. */
  changeable: boolean;
}

/** What would refuse an order, in the words of the refusal; `fields` are sentences by wrong parameter. */
export interface OrderRefusal {
  code: string;
  message: string;
  fields: Record<string, string>;
}

/** An account as it is now: what `account:` tells, and what only its list tells. */
export interface Account {
  account: string;
  name: string;
  default: boolean;
  mode: AccountMode;
  demo: boolean;
  balances: Balance[];
  /** What may be ordered. */
  trading: TradingLevel;
  limits: Limits;
  /** Parts of one. */
  maker_fee: number;
  taker_fee: number;
  /** When all orders are cancelled unless asked again; null: that is disarmed. */
  cancel_all_at: Moment | null;
  created: Moment;
  timestamp: Moment;
}

/** What was executed of an order so far, in however many parts. */
export interface Fill {
  /** The order's id. */
  order: string;
  account: string;
  symbol: string;
  side: Side;
  type: OrderType;
  /** The mean over its parts. */
  price: number;
  /** Of base. */
  amount: number;
  /** When the last part was executed, ms since the epoch. */
  time: number;
  /** Whose order it is, where a grid has placed it. */
  instance: string | null;
}

/** What one owns and has open: `refused` where that can't be read, as `problem` says. */
export type OwnTradingState = "signed_out" | "loading" | "live" | "refused";

export interface KillSwitchState {
  /** What may be ordered, by the strictest. */
  state: TradingLevel;
  global: TradingLevel;
  user: TradingLevel;
  instances: { id: string; state: TradingLevel }[];
}

export interface KillSwitchAnswer {
  state: TradingLevel;
  affected: { grids_stopped: number; strategies_stopped: number; orders_cancelled: number };
}
