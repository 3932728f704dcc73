/** What the server says of grids (REST below `/api/v1/trading/`, and the channels `grid.<id>.*`). */
import type { GridLifecycle, GridOrder, GridProfit, GridRisk, GridState, GridStatus, GridTrade } from "../../clients/javascript/events/engine.js";
import type { Order } from "../../clients/javascript/events/user.js";
import type { Side, TradingLevel } from "../../clients/javascript/events/values.js";
import type { Moment } from "./backtests.js";
import type { Instance } from "./instances.js";
import type { Account } from "./trading.js";

export type { Account, GridLifecycle, GridOrder, GridProfit, GridRisk, GridState, GridStatus, GridTrade, Moment, Order, Side, TradingLevel };

/** A parameter that is doubtful: a code for programs, and a sentence for people. */
export interface GridWarning {
  code: string;
  field: string;
  message: string;
}

export interface Preview {
  /** Prices, lowest first. */
  lines: number[];
  /** Of base. */
  order_size: number;
  /** What a cycle of the worst and of the best gap earns after fees. */
  net_percent: { min: number; max: number };
  /** `base` of the base asset, the others of quote. */
  capital: { base: number; quote: number; unused: number };
  /** Of now. */
  price: number;
  warnings: GridWarning[];
}

export interface GridParameters {
  lower_price: number;
  upper_price: number;
  grid_count: number;
  spacing: "arithmetic" | "geometric";
  investment: number | null;
  order_size: number | null;
  fee_rate: number;
  trigger_price: number | null;
  stop_loss: number | null;
  take_profit: number | null;
}

/** A gap between two lines. */
export interface Level {
  level: number;
  lower_price: number;
  upper_price: number;
  /** Of base. */
  held: number;
  buys: number;
  sells: number;
  /** Why it has no order; null: it has one, or wants none. */
  reason: string | null;
}

export interface Grid extends Instance {
  state: GridState;
  parameters: GridParameters;
  cycles: number;
  /** Of a single grid only. */
  levels: Level[] | null;
}
