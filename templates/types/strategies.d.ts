/** What the server says of live strategies (REST below `/api/v1/trading/`, and the channels `strategy.<id>.*`). */
import type { StrategyState } from "../../clients/javascript/events/engine.js";
import type { Backtest } from "./backtests.js";
import type { Instance, Side, Signal } from "./instances.js";

export interface LiveStrategy extends Instance {
  state: StrategyState;
  /** The name of its kind, and that in words. */
  strategy: string;
  title: string;
  interval: string;
  /** Where it failed; told to staff alone. */
  traceback: string | null;
  parameters: Record<string, unknown>;
  last_signal: Signal["action"] | null;
  /** The last ones, newest first; of a single strategy only. */
  signals: Signal[] | null;
  public: boolean;
  /** From which it was started. */
  backtest_id: string | null;
}

/** Of an order: what was asked for, and what became of it. Times in ms. */
export interface ComparedOrder {
  /** 0: it was held back before the exchange. */
  number: number;
  placed_at: number;
  side: Side;
  type: string;
  state: string;
  quantity: number | null;
  quote_amount: number | null;
  price: number | null;
  stop_price: number | null;
  filled: number;
  average_price: number | null;
  filled_at: number | null;
  reason: string;
}

export interface ComparedSignal {
  time: number;
  action: Signal["action"];
  confidence: number;
  reason: string;
}

/** One execution, of the order of that number. */
export interface ComparedFill {
  order: number;
  time: number;
  side: Side;
  price: number;
  quantity: number;
}

/** `live` or `backtest` is null where that run hadn't it. */
export interface Difference<One> {
  time: number;
  kinds: string[];
  cause: string;
  live: One | null;
  backtest: One | null;
  /** By how much of quote the live execution was the better one. */
  gain?: number | null;
}

export interface RunTotals {
  signals: number;
  orders: number;
  executed_orders: number;
  fills: number;
  turnover: number;
  fees: number;
  realised: number;
}

export interface EquityLine {
  times: number[];
  equity: number[];
}

/** A live strategy and a backtest over each other, from `start` to before `end`. Times in ms. */
export interface Comparison {
  strategy_id: string;
  backtest: Backtest;
  lines: { live: EquityLine; backtest: EquityLine };
  start: number;
  end: number;
  signals_start: number;
  signals_end: number;
  live_totals: RunTotals;
  backtest_totals: RunTotals;
  same_orders: number;
  same_signals: number;
  price_gain: number;
  kinds: Record<string, number>;
  /** The first ones; `order_count` counts all. */
  orders: Difference<ComparedOrder>[];
  order_count: number;
  signals: Difference<ComparedSignal>[];
  signal_count: number;
  settings: { name: string; live: string; backtest: string }[];
  not_asked: { start: number; end: number; is_missing: boolean }[];
  not_asked_count: number;
  delay: { orders: number; median: number; longest: number } | null;
  live_fills: ComparedFill[];
  backtest_fills: ComparedFill[];
}
