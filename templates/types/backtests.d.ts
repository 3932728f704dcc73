/** What the pages know of backtests: what REST answers below `/api/v1/trading/`, and the channels `backtest.<id>.*`. */
import type { BacktestProgress as Progress } from "../../clients/javascript/events/engine.js";
import type { BacktestAnswer, ProgressAnswer } from "./answers.js";

export type { Progress };
export type {
  ComparedAnswer as Compared,
  DataAnswer as StoredData,
  DataGapsReport as DataGapsCheck,
  LookAheadReport as LookAheadCheck,
  ParameterAnswer as ParameterSchema,
  PathDependenceReport as PathDependenceCheck,
  StrategyAnswer as StrategyKind,
  SweepCell,
  SweepResultAnswer as SweepResult,
  Trade,
  BacktestResultAnswer as Result,
  Verdict,
  WalkForwardReport,
  WarmUpReport as WarmUpCheck,
  YearOfReturns as Year,
} from "./answers.js";

/** Fractions of one, amounts of the quote asset, ms, or counts; null where one is undefined. */
export type Metrics = Record<string, number | null>;

/** A backtest as it is answered; events tell more of its progress. */
export type Backtest = Omit<BacktestAnswer, "progress"> & { progress: (ProgressAnswer & Partial<Progress>) | null };
