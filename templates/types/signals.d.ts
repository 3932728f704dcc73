/** What the server says of public signals and of models that learn (REST below `/api/v1/trading/`, and `signals:<SYMBOL>`). */
import type { Action } from "../../clients/javascript/events/values.js";
import type { Moment } from "./backtests.js";

export type Outcome = "right" | "wrong" | "waiting" | "hold";

/** A public signal; `confidence` is from 0 to 1, `title` what people call the model. */
export interface PublicSignal {
  symbol: string;
  model: string;
  title: string;
  /** Empty where it isn't known. */
  version: string;
  horizon: string;
  action: Action;
  price: number;
  confidence: number;
  reason: string;
  timestamp: Moment;
  outcome: Outcome;
  /** Not known of one that has just come. */
  judged_at: Moment | null;
}

export interface NewestSignals {
  items: PublicSignal[];
  /** On which more may come. */
  symbols: string[];
  /** False where there are more public strategies than were looked at. */
  complete: boolean;
}

export interface ConfidenceBand {
  least: number;
  most: number;
  signals: number;
  /** The largest number of them whose horizons don't overlap. */
  independent: number;
  confidence: number;
  hit_rate: number;
}

/** A record of some signals, counted together. */
export interface SignalFigures {
  right: number;
  wrong: number;
  waiting: number;
  hold: number;
  /** The largest number of judged ones whose horizons don't overlap. */
  independent: number;
  hit_rate: number | null;
  brier_score: number | null;
  calibration: ConfidenceBand[];
}

export interface SignalRecord extends SignalFigures {
  symbol: string;
  model: string;
  title: string;
  horizon: string;
  /** Of each version, that whose last signal is the newest first. */
  versions: ({ version: string } & SignalFigures)[];
}

/** The record of a model, of one of its versions or of all. */
export interface ShownRecord extends SignalFigures {
  symbol: string;
  model: string;
  title: string;
  horizon: string;
  /** Null for all. */
  version: string | null;
}

export interface SignalRecords {
  items: SignalRecord[];
  complete: boolean;
}

/** How often something came true of which `said` was the mean probability; `independent` of `count` don't overlap. */
export interface CalibrationPoint {
  said: number;
  came: number;
  count: number;
  independent: number;
}

export interface Earnings {
  netReturn: number | null;
  trades: number;
}

export interface Baselines {
  flat: Earnings;
  hold: Earnings;
  lastSign: Earnings;
}

export interface ModelWindow {
  start: Moment;
  end: Moment;
  examples: number;
  auc: number | null;
  aucError: number | null;
  decided: number;
  /** A part of those in which a direction was said. */
  right: number | null;
  earnings: Earnings;
}

/** One version of a model; `windows` and `reliability` are told of a single one only. */
export interface ModelCard {
  id: string;
  /** Whose candles it learnt from: `binance`, `simulator`; null where that isn't known. */
  source: string | null;
  symbol: string;
  interval: string;
  algorithm: string;
  /** In candles. */
  horizon: number;
  version: number;
  state: "active" | "silenced" | "retired";
  /** Whether it is the one that is asked now: not retired, and of the market that there is. */
  inUse: boolean;
  silence: string | null;
  /** What it does for the live strategies that ask it; null where none does, or that isn't known yet. */
  liveState: "speaking" | "no_candles" | "no_features" | "no_skill" | null;
  reason: string | null;
  trainedAt: Moment;
  validUntil: Moment;
  trainedFrom: Moment;
  trainedTo: Moment;
  /** How many outcomes it has learnt since, the newest known when; null of one that learns in trainings alone. */
  learntSinceTraining: { labels: number; newest: Moment | null } | null;
  candles: number;
  examples: number;
  featuresHash: string;
  features: string[];
  dataHash: string;
  seed: number;
  parameters: Record<string, unknown>;
  libraries: Record<string, string>;
  feeRate: number;
  abstainWithin: number;
  breakEven: number | null;
  calibration: { outcomes: number; auc: number | null; aucError: number | null; hasSkill: boolean } | null;
  earnings: Earnings;
  baselines: Baselines;
  windows: ModelWindow[] | null;
  reliability: { said: number; came: number; count: number }[] | null;
}
