/** What the pages know of orders, accounts and portfolios: REST below `/api/v1/trading/`, and the channels of one's own. */
import type { OrderType, Side } from "../../clients/javascript/events/values.js";
import type { LimitsAnswer } from "./answers.js";

export type { NewOrder } from "../../clients/javascript/protocol.js";
export type { Balance, Order, Portfolio, Position } from "../../clients/javascript/events/user.js";
export type { OrderType, Side, TradingLevel } from "../../clients/javascript/events/values.js";
export type {
  AccountAnswer as Account,
  AccountLimitsAnswer as AccountLimits,
  KillSwitchAnswer,
  KillSwitchStateAnswer as KillSwitchState,
  LimitsAnswer as Limits,
  OrderRefusalAnswer as OrderRefusal,
} from "./answers.js";

export type LimitName = keyof LimitsAnswer;

/** What was executed of an order so far, in however many parts. */
export interface OrderFill {
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
export type OwnTradingState = "signed_out" | "loading" | "known" | "refused";
