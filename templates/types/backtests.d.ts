/** What the server says of backtests (REST below `/api/v1/trading/`, and the channels `backtest.<id>.*`). */

/** ISO 8601, or ms since the epoch. */
export type Moment = string | number;

export interface ParameterSchema {
  name: string;
  title: string;
  type: "integer" | "decimal" | "choice" | "boolean";
  /** Null: it has none, and must be given. */
  default: string | number | boolean | null;
  minimum?: string | number | null;
  maximum?: string | number | null;
  choices?: (string | number)[] | null;
  description: string;
}

export interface StrategyKind {
  name: string;
  title: string;
  description: string;
  parameters: ParameterSchema[];
}

/** Fractions of one, amounts of the quote asset, ms, or counts; null where one is undefined. */
export type Metrics = Record<string, number | null>;

export type BacktestState = "created" | "running" | "completed" | "cancelled" | "error";

export interface Progress {
  phase?: "candles" | "run";
  /** Of the phase, from 0 to 1. */
  progress: number;
  /** These are told by events alone. */
  current_date?: string;
  trades_count?: number;
  current_equity?: number;
}

export interface Backtest {
  id: string;
  kind: "run" | "sweep";
  state: BacktestState;
  reason: string | null;
  strategy: string;
  title: string;
  symbol: string;
  interval: string;
  start: Moment;
  end: Moment;
  params: Record<string, unknown>;
  initial_capital: number;
  fee_rate: number;
  slippage: number;
  fills?: "through" | "touch";
  /** Null before it has begun. */
  progress: Progress | null;
  /** The live strategy over whose hours it is made. */
  strategy_id?: string | null;
  /** How many a sweep has. */
  runs?: number;
  created: Moment;
  started: Moment | null;
  ended: Moment | null;
  metrics: Metrics | null;
}

export interface EquityColumns {
  times: Moment[];
  equity: number[];
  drawdown: number[];
  buy_and_hold?: number[];
}

export interface Trade {
  number: number;
  opened: Moment;
  /** Null: it was still open at the end. */
  closed: Moment | null;
  side: "long" | "short" | "buy" | "sell";
  quantity: number;
  entry: number;
  exit: number | null;
  profit: number | null;
  profit_percent: number | null;
  fees: number;
  candles: number;
}

export interface Year {
  year: number;
  /** A fraction for each month; null where there are no candles. */
  months: (number | null)[];
  total: number | null;
}

export interface GapRange {
  start: Moment;
  end: Moment;
}

export interface Result {
  backtest: Backtest;
  metrics: Metrics;
  benchmarks: { buy_and_hold: Metrics; flat: Metrics };
  /** Of 95 %, by metric. */
  intervals: Record<string, [number, number] | null>;
  /** The probability that the Sharpe ratio isn't luck of so many trials. */
  deflated_sharpe: number | null;
  trials: number;
  equity: EquityColumns;
  monthly: Year[];
  trades: Trade[];
  /** Of all; `trades` are the newest, oldest of them first. */
  trade_count: number;
  checks: Checks;
  is_partial?: boolean;
  refusals?: { time: Moment; message: string }[];
  refusal_count?: number;
  hash: string;
}

export type Verdict = "passed" | "failed" | "not_checked";

export interface DecisionCheck {
  verdict: Verdict;
  cuts?: number;
  candles?: number;
  decisions: number;
  differences: { time: Moment; expected: string; found: string }[];
}

export interface DataGapsCheck {
  verdict: Verdict;
  candles: number;
  missing: number;
  gap_count: number;
  gaps: GapRange[];
}

export interface PathDependenceCheck {
  verdict: Verdict;
  fills: number;
  dependent: number;
  share: number;
  finer_candles: number;
}

export interface Checks {
  look_ahead: DecisionCheck;
  warm_up: DecisionCheck;
  data_gaps: DataGapsCheck;
  path_dependence: PathDependenceCheck;
  /** Whether they looked at the whole run, and not only around some of its decisions. */
  is_full: boolean;
}

export interface SweepCell {
  number: number;
  parameters: Record<string, string | number | boolean>;
  /** Null: its run failed, as `error` says. */
  metrics: Metrics | null;
  error: string;
}

export interface WalkForwardWindow {
  start: Moment;
  train_end: Moment;
  test_end: Moment;
  /** The number of the cell that was best in training. */
  best: number;
  train_score: number | null;
  test_score: number | null;
  test_return: number;
  /** Its place in the test, from 1 to `ranked`. */
  rank: number;
  ranked: number;
}

export interface WalkForwardReport {
  windows: WalkForwardWindow[];
  rank_by: string;
  total_return: number;
  sharpe: number | null;
  among_best: number;
}

export interface SweepResult {
  backtest: Backtest;
  axes: { name: string; values: (string | number | boolean)[] }[];
  cells: SweepCell[];
  /** How many combinations broke a rule of the strategy's. */
  left_out: number;
  walk_forward: WalkForwardReport | null;
  warning: string | null;
  deflated_sharpe: number | null;
  trials: number;
}

export interface Compared {
  backtest: Backtest;
  metrics: Metrics;
  equity: EquityColumns;
}

/** `start` and `end`: when the first and the last stored candle opened. */
export interface StoredData {
  symbol: string;
  interval: string;
  start: Moment | null;
  end: Moment | null;
  candles: number;
  gaps: GapRange[];
  listed: boolean;
}
