/**
 * The events of the trading engine: grids, backtests and strategies. Money in the instance's quote asset.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */
import type { Action, OrderType, Side, TradingLevel } from "./values.js";

/**
 * An order by hand of the account with the id `account` was refused, and why: it was never placed.
 *
 * `code` is of a limit, the kill switch (at the `level` that it holds), a filter of the exchange, or the funds.
 */
export interface AccountRisk {
  account: string;
  check: string;
  passed: boolean;
  code: string;
  message: string;
  level: TradingLevel;
  symbol: string;
  side: Side;
  type: OrderType;
  client_order_id: string | null;
}

/** Where a grid stands. */
export type GridState =
  | "created"
  | "waiting_trigger"
  | "starting"
  | "running"
  | "paused"
  | "stopping"
  | "stopped"
  | "error";

/** A running grid as it is now; `reason` tells why one is paused. */
export interface GridStatus {
  id: string;
  state: GridState;
  reason: string | null;
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
 * One that opens or closes the position at the market has no `level`, and no `price` until it is filled.
 *
 * `event` is `placed`, `filled` or `cancelled`.
 */
export interface GridOrder {
  grid_id: string;
  level: number | null;
  side: Side;
  price: number | null;
  amount: number;
  filled: number;
  client_order_id: string;
  position_after?: number;
}

/** A fill of a grid's order; of one that opens or closes the position there is no `level`. */
export interface GridTrade {
  grid_id: string;
  level: number | null;
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
  level: TradingLevel;
}

/**
 * A grid started, paused or ended, and why (`reason`); `lines` is how many price lines it has.
 *
 * `event` is `started`, `paused`, `resumed`, `stopped` or `error`.
 */
export interface GridLifecycle {
  grid_id: string;
  state: GridState;
  reason: string | null;
  lines: number | null;
}

/** Where a strategy stands. */
export type StrategyState = "created" | "warming_up" | "running" | "paused" | "stopping" | "stopped" | "error";

/** A strategy as it is now; `reason` tells why one is paused, `last_signal` is the action that it last advised. */
export interface StrategyStatus {
  id: string;
  state: StrategyState;
  reason: string | null;
  symbol: string;
  interval: string;
  position: number;
  realized_pnl: number;
  unrealized_pnl: number;
  last_signal: Action | null;
}

/** A strategy advises something; `confidence` is between 0 and 1, `number` counts its signals from 1. */
export interface StrategySignal {
  id: string;
  strategy: string;
  symbol: string;
  action: Action;
  price: number;
  confidence: number;
  reason: string;
  number: number;
}

/**
 * An order of a strategy; `position_after` is told after a fill only. One at the market has no `price` before.
 *
 * `event` is `placed`, `filled` or `cancelled`.
 */
export interface StrategyOrder {
  strategy_id: string;
  side: Side;
  price: number | null;
  amount: number;
  filled: number;
  client_order_id: string;
  position_after?: number;
}

/** A fill of a strategy's order. */
export interface StrategyTrade {
  strategy_id: string;
  side: Side;
  price: number;
  amount: number;
  fee: number;
  fee_asset: string;
  order_id: string;
}

/** What a strategy has earned. */
export interface StrategyProfit {
  strategy_id: string;
  realized_pnl: number;
  unrealized_pnl: number;
  fees: number;
  equity: number;
}

/**
 * An order of a strategy was refused by a limit, the kill switch or the exchange; or that switch was thrown.
 *
 * `level` is what the kill switch stands at, where it is what holds it back.
 *
 * `event` is `rejected` or `kill_switch`.
 */
export interface StrategyRisk {
  strategy_id: string;
  check: string;
  passed: boolean;
  code: string;
  message: string;
  level: TradingLevel;
}

/**
 * A strategy started, paused or ended, and why (`reason`).
 *
 * `event` is `started`, `paused`, `resumed`, `stopped` or `error`.
 */
export interface StrategyLifecycle {
  id: string;
  state: StrategyState;
  reason: string | null;
}

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

/** The data of each kind of event, by the first and last segment of its dotted name. */
export interface EngineData {
  "account.risk": AccountRisk;
  "grid.status": GridStatus;
  "grid.order": GridOrder;
  "grid.trade": GridTrade;
  "grid.pnl": GridProfit;
  "grid.risk": GridRisk;
  "grid.lifecycle": GridLifecycle;
  "strategy.status": StrategyStatus;
  "strategy.signal": StrategySignal;
  "strategy.order": StrategyOrder;
  "strategy.trade": StrategyTrade;
  "strategy.pnl": StrategyProfit;
  "strategy.risk": StrategyRisk;
  "strategy.lifecycle": StrategyLifecycle;
  "backtest.progress": BacktestProgress;
  "backtest.lifecycle": BacktestLifecycle;
}
