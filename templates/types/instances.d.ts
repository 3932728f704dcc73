/** What grids and live strategies have in common: they trade by themselves, with money of an account. */
import type { Order } from "../../clients/javascript/events/user.js";
import type { Side } from "../../clients/javascript/events/values.js";
import type { Moment } from "./backtests.js";
import type { Account } from "./trading.js";

export type { Account, Moment, Order, Side };

/** Money in the quote asset. What depends on the price is null where none is known. */
export interface Instance {
  id: string;
  account: string;
  symbol: string;
  state: string;
  reason: string | null;
  invested: number;
  current_price: number | null;
  position: number;
  active_buy_orders: number;
  active_sell_orders: number;
  realized_pnl: number;
  unrealized_pnl: number | null;
  equity: number | null;
  fees: number;
  created: Moment;
  started: Moment | null;
  ended: Moment | null;
}

/** The assets of its symbol, and how many decimals its prices have. */
export interface InstanceMarket {
  base: string;
  quote: string;
  decimals: number;
}

/** What was bought or sold at once: by an event, or of an order as it is listed. */
export interface Fill {
  /** The order's id. */
  order: string;
  /** ms since the epoch. */
  time: number;
  side: Side;
  price: number;
  amount: number;
}

/** What a strategy advised, the market standing at `price`; `confidence` is from 0 to 1. */
export interface Signal {
  action: "buy" | "sell" | "hold";
  price: number;
  confidence: number;
  reason: string;
  timestamp: Moment;
}

/** A notification of an instance's life, as it is stored: `grid` or `strategy` is its id. */
export interface InstanceNotification {
  title: string;
  body: string;
  data: { grid?: string; strategy?: string; state: string; reason: string | null; time: number };
}

/** What happened on one of an instance's channels. */
export interface InstanceEvent {
  channel: string;
  event?: string;
  timestamp?: Moment;
  data: any;
}

/** A figure in words; `direction` is `up`, `down` or `flat`. */
export interface Figure {
  name: string;
  value: string;
  direction: string;
}
