/** What grids and live strategies have in common: they trade by themselves, with money of an account. */
import type { Time } from "@tidewire/client/protocol";
import type { Side } from "../../clients/javascript/events/values.js";
import type { GridAnswer, LiveStrategyAnswer, NotificationAnswer } from "./answers.js";

export type { Order } from "../../clients/javascript/events/user.js";
export type { Side } from "../../clients/javascript/events/values.js";
export type { AccountAnswer as Account, SignalAnswer as Signal } from "./answers.js";

type Any = GridAnswer | LiveStrategyAnswer;

/** What is answered of both. */
export type Instance = Pick<Any, keyof Any>;

/** The assets of its symbol, and how many decimals its prices have. */
export interface InstanceMarket {
  base: string;
  quote: string;
  decimals: number;
}

/** What was bought or sold at once: by an event, or of an order as it is listed. */
export interface InstanceFill {
  /** The order's id. */
  order: string;
  /** ms since the epoch. */
  time: number;
  side: Side;
  price: number;
  amount: number;
}

/** A notification of an instance's life, as it is stored: `grid` or `strategy` is its id. */
export interface InstanceNotification extends NotificationAnswer {
  data: { grid?: string; strategy?: string; state: string; reason: string | null; time: number };
}

/** What happened on one of an instance's channels. */
export interface InstanceEvent {
  channel: string;
  event?: string;
  timestamp?: Time;
  data: any;
}

/** A figure in words; `direction` is `up`, `down` or `flat`. */
export interface Figure {
  name: string;
  value: string;
  direction: string;
}
