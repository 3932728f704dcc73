/**
 * The events of the trading engine: grids, backtests and strategies. Money in the instance's quote asset.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */
import type { Action, Side } from "./values.js";

/** What a backtest does now: it fetches the candles that are missing, or runs over them. */
export type BacktestPhase = "candles" | "run";

/** How far a backtest is in its phase: `progress` from 0 to 1, `current_date` as `2024-06-15`. */
export interface BacktestProgress {
  id: string;
  phase: BacktestPhase;
  progress: number;
  current_date: string;
  trades_count: number;
  current_equity: number;
}

/** The life of a backtest. */
export type BacktestState = "created" | "running" | "completed" | "cancelled" | "error";

/**
 * A backtest started or ended; `metrics` are told when it is completed.
 *
 * `event` is `started`, `completed`, `cancelled` or `error`.
 */
export interface BacktestLifecycle {
  id: string;
  state: BacktestState;
  reason: string | null;
  metrics?: Record<string, unknown>;
}

/** The life of a grid or a strategy. */
export type InstanceState =
  | "created"
  | "waiting_trigger"
  | "starting"
  | "running"
  | "paused"
  | "stopping"
  | "stopped"
  | "error";

/** A running grid as it is now; money in its quote asset. */
export interface GridStatus {
  id: string;
  state: InstanceState;
  current_price: number;
  position: number;
  active_buy_orders: number;
  active_sell_orders: number;
  realized_pnl: number;
  unrealized_pnl: number;
  equity: number;
  fees: number;
}

/**
 * An order of a grid; `position_after` is told after a fill only.
 *
 * `event` is `placed`, `filled` or `cancelled`.
 */
export interface GridOrder {
  grid_id: string;
  level: number;
  side: Side;
  price: number;
  amount: number;
  filled: number;
  client_order_id: string;
  position_after?: number;
}

/** A fill of a grid's order. */
export interface GridTrade {
  grid_id: string;
  level: number;
  side: Side;
  price: number;
  amount: number;
  fee: number;
  fee_asset: string;
  order_id: string;
}

/** What a grid has earned, in its quote asset; `cycles` are pairs of a buy and a sell. */
export interface GridProfit {
  grid_id: string;
  realized_pnl: number;
  unrealized_pnl: number;
  fees: number;
  cycles: number;
  equity: number;
}

/** What may be traded: all, only what lessens a position, nothing. */
export type RiskLevel = "active" | "reduce_only" | "halted";

/**
 * A risk check of a grid; `code` is null where it passed.
 *
 * `event` is `check`, `rejected` or `kill_switch`.
 */
export interface GridRisk {
  grid_id: string;
  check: string;
  passed: boolean;
  code: string | null;
  message: string;
  level: RiskLevel;
}

/**
 * A grid started or ended; `lines` is how many price lines it has.
 *
 * `event` is `started`, `stopped` or `error`.
 */
export interface GridLifecycle {
  grid_id: string;
  state: InstanceState;
  reason: string | null;
  lines: number | null;
}

/** A running strategy as it is now; `last_signal` is the action that it last advised. */
export interface StrategyStatus {
  id: string;
  state: InstanceState;
  symbol: string;
  interval: string;
  position: number;
  realized_pnl: number;
  unrealized_pnl: number;
  last_signal: Action | null;
}

/** A strategy advises something; `confidence` is between 0 and 1. */
export interface StrategySignal {
  id: string;
  strategy: string;
  symbol: string;
  action: Action;
  price: number;
  confidence: number;
  reason: string;
}

/**
 * A strategy started or ended.
 *
 * `event` is `started`, `stopped` or `error`.
 */
export interface StrategyLifecycle {
  id: string;
  state: InstanceState;
  reason: string | null;
}

/** The data of each kind of event, by the first and last segment of its dotted name. */
export interface EngineData {
  "backtest.progress": BacktestProgress;
  "backtest.lifecycle": BacktestLifecycle;
  "grid.status": GridStatus;
  "grid.order": GridOrder;
  "grid.trade": GridTrade;
  "grid.pnl": GridProfit;
  "grid.risk": GridRisk;
  "grid.lifecycle": GridLifecycle;
  "strategy.status": StrategyStatus;
  "strategy.signal": StrategySignal;
  "strategy.lifecycle": StrategyLifecycle;
}
