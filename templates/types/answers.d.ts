/**
 * What the server answers by REST, as far as the other files here name it.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */
import type { Time } from "@tidewire/client/protocol";

/** Why a command was refused. CONFLICT: not possible in the present state. UNAVAILABLE: no worker answered. */
export type CommandErrorCode =
  | "CONFLICT"
  | "INTERNAL_ERROR"
  | "KILL_SWITCH_ACTIVE"
  | "NOT_FOUND"
  | "PERMISSION_DENIED"
  | "RATE_LIMITED"
  | "UNAVAILABLE"
  | "UNKNOWN_ACTION"
  | "VALIDATION_ERROR";

/** Some firings, and how many there are in all. */
export type EventsAnswer = {
  items: EventAnswer[];
  total: number;
};

/** A firing: the rule as it was then, and the values. `number` counts the firings of the rule. */
export type EventAnswer = {
  id: number;
  rule: number;
  number: number;
  name: string;
  symbol: string;
  source: string;
  operator: string;
  condition: number;
  threshold: number | null;
  value: number;
  previous: number | null;
  late: boolean;
  simulated: boolean;
  suppressed: number;
  fired_at: Time | null;
};

/**
 * A rule: its first condition flat, all of them in `conditions`, and how it stands.
 *
 * `distance` is what the last value must still move by until the first condition's threshold (line, nearer bound),
 * `distance_percent` the same in per cent of that value. Where its conditions can't be read, there are none, and
 * `error` says why; it also says of a rule that stays as it is which strategy gives no signals any more, and which
 * wallet or transaction is watched no longer.
 */
export type RuleAnswer = {
  source: string;
  field: string;
  interval: string | null;
  indicator: string;
  parameters: Record<string, number>;
  strategy: string;
  action: string | null;
  chain: string;
  address: string;
  token: string;
  tx: string;
  operator: string;
  threshold: number | null;
  line: LineAnswer | null;
  level_source: LevelSourceAnswer | null;
  lower: number | null;
  upper: number | null;
  amount: number | null;
  percent: number | null;
  window: number | null;
  hysteresis: number;
  id: number;
  owner: string;
  name: string;
  symbol: string;
  conditions: ConditionAnswer[];
  combine: string;
  trigger: string;
  cooldown: number;
  expires: Time | null;
  max_firings: number | null;
  severity: string;
  channels: string[];
  template: string;
  enabled: boolean;
  snoozed_until: Time | null;
  state: string;
  state_since: Time | null;
  error: string;
  last_value: number | null;
  last_value_at: Time | null;
  distance: number | null;
  distance_percent: number | null;
  firings: number;
  last_fired_at: Time | null;
  created: Time | null;
  updated: Time | null;
};

/** A line that stands in place of a threshold: through both points, and on to the right. */
export type LineAnswer = {
  start: LinePointAnswer;
  end: LinePointAnswer;
};

/** A point of a line. */
export type LinePointAnswer = {
  time: Time;
  price: number;
};

/** Another series that stands in place of a threshold. */
export type LevelSourceAnswer = {
  source: string;
  field: string;
  interval: string | null;
  indicator: string;
  parameters: Record<string, number>;
};

/** One condition; what doesn't belong to its operator or source is null or empty. */
export type ConditionAnswer = {
  source: string;
  field: string;
  interval: string | null;
  indicator: string;
  parameters: Record<string, number>;
  strategy: string;
  action: string | null;
  chain: string;
  address: string;
  token: string;
  tx: string;
  operator: string;
  threshold: number | null;
  line: LineAnswer | null;
  level_source: LevelSourceAnswer | null;
  lower: number | null;
  upper: number | null;
  amount: number | null;
  percent: number | null;
  window: number | null;
  hysteresis: number;
};

/** The length of a candle, in the exchange's spelling: `1M` is a month and `1m` a minute. */
export type Interval =
  | "12h"
  | "15m"
  | "1M"
  | "1d"
  | "1h"
  | "1m"
  | "1s"
  | "1w"
  | "2h"
  | "30m"
  | "3d"
  | "3m"
  | "4h"
  | "5m"
  | "6h"
  | "8h";

/** What a signal advises. */
export type SignalAction = "buy" | "hold" | "sell";

/** How much a notification matters. */
export type Severity = "critical" | "info" | "warning";

/** How a notification reaches its user. */
export type Channel =
  | "discord"
  | "email"
  | "ntfy"
  | "slack"
  | "telegram"
  | "web_push"
  | "webhook"
  | "websocket";

/** How often a rule would have fired, and the newest of those times, oldest first. */
export type TrialAnswer = {
  would_fire: number;
  times: Time[];
  over: TrialSpan;
};

/** From when to when a rule was tried. */
export type TrialSpan = {
  start: Time;
  end: Time;
};

/**
 * What a user is shown of oneself; `date_joined` is ISO 8601 with milliseconds, in UTC.
 *
 * `time_zone` is the one that was chosen, empty for that of the device; `device_time_zone` is which that was last.
 */
export type UserProfile = {
  user_id: string;
  username: string;
  email: string;
  email_confirmed: boolean;
  is_staff: boolean;
  is_superuser: boolean;
  groups: string[];
  permissions: string[];
  two_factor: TwoFactor;
  date_joined: string;
  time_zone: string;
  device_time_zone: string;
};

/** How two-factor of a user stands; `required`: a member of staff has no staff's rights before it is on. */
export type TwoFactor = "off" | "on" | "required";

/** A key as its owner is shown it; `prefix` is how its text begins, times are ISO 8601 with milliseconds. */
export type KeyAnswer = {
  id: number;
  name: string;
  prefix: string;
  scopes: string[];
  created: string;
  expires_at: string | null;
  last_used_at: string | null;
};

/**
 * A login: the program in short, the address where it was last used; `current`: that which asks.
 *
 * Times are ISO 8601 with milliseconds; `last_used` is right to a minute.
 */
export type LoginAnswer = {
  id: number;
  client: string;
  address: string | null;
  begun: string;
  last_used: string;
  expires_at: string;
  current: boolean;
};

/**
 * What deleting a user would do: how many rows go, by what they are called, what stays and why, what is in the way.
 *
 * `obstacles` is empty where nothing is.
 */
export type DeletionPreview = {
  goes: Record<string, number>;
  stays: Record<string, string>;
  obstacles: string[];
};

/** How it stands: `required` says that a member of staff has no staff's rights before it is on. */
export type TwoFactorState = {
  enabled: boolean;
  required: boolean;
  recovery_codes_left: number;
};

/** The same with the tokens of a new login, as all from before have ended. */
export type TwoFactorTurnedOn = {
  recovery_codes: string[];
  access: string;
  refresh: string;
};

/** Recovery codes, shown this once. */
export type RecoveryCodes = {
  recovery_codes: string[];
};

/** A layout of the chart. */
export type ChartLayoutAnswer = {
  id: number;
  name: string;
  layout: ChartLayout;
  updated: Time;
};

/** How the chart is drawn; `compare` is the market that is compared with the chart's, empty for none. */
export type ChartLayout = {
  interval: Interval;
  type: ChartType;
  scale: ChartScale;
  compare: string;
  indicators: LayoutIndicator[];
};

/** What prices are drawn as. */
export type ChartType = "area" | "bars" | "candles" | "heikin-ashi" | "line";

/** How prices are measured. */
export type ChartScale = "linear" | "logarithmic" | "percent";

/** An indicator in the chart; `colours` are names of the page's, by the name of what they stand in for. */
export type LayoutIndicator = {
  key: string;
  parameters: Record<string, number>;
  colours: Record<string, string>;
};

/** A drawing as it was given, with its defaults. */
export type DrawingAnswer = {
  id: string;
  kind: DrawingKind;
  points: DrawingPointAnswer[];
  colour: string;
  rule: number | null;
};

/** What is drawn. */
export type DrawingKind = "fibonacci" | "horizontal" | "rectangle" | "trend";

/** A place on the chart: a time in ms since the epoch, and an exact price in plain notation. */
export type DrawingPointAnswer = {
  time: number;
  price: string;
};

/** Who made a market event: an exchange, the simulator, or we ourselves, of several exchanges' prices. */
export type Source = "binance" | "coinbase" | "combined" | "kraken" | "simulator";

/** A symbol, with the steps of its prices and quantities, and the bounds of an order; null where there are none. */
export type SymbolAnswer = {
  symbol: string;
  base: string;
  quote: string;
  status: string;
  tickSize: number | null;
  stepSize: number | null;
  minNotional: number | null;
  minQuantity: number | null;
  maxQuantity: number | null;
};

/** What a notification is about. */
export type NotificationKind = "alert" | "backtest" | "grid" | "order" | "strategy" | "system" | "wallet";

/**
 * A notification, as the channel `notifications` tells it; `count` is how often the same has happened.
 *
 * Times in `data` are in ms since the epoch.
 */
export type NotificationAnswer = {
  id: number;
  seq: number;
  kind: NotificationKind;
  severity: Severity;
  title: string;
  body: string;
  data: Record<string, unknown>;
  rule: number | null;
  created: Time;
  read: boolean;
  count: number;
};

/** Whether a channel can reach the user. */
export type ChannelAnswer = {
  channel: "websocket" | "email" | "web_push" | "webhook" | "ntfy" | "slack" | "discord" | "telegram";
  available: boolean;
  reason: string | null;
  target: string | null;
  switched_off: AddressSwitchedOffAnswer | null;
};

/** Why a channel was switched off, and when. */
export type AddressSwitchedOffAnswer = {
  reason: string;
  at: Time;
};

/** What became of a notification by a channel. */
export type DeliveryResultAnswer = {
  notification: number;
  title: string;
  state: "waiting" | "sending" | "sent" | "acknowledged" | "digested" | "cancelled" | "dead";
  reason: string | null;
  attempts: number;
  time: Time | null;
  took_ms: number | null;
  due: Time | null;
};

/** A mail in the folder, as its user is shown it. */
export type StoredMail = {
  id: string;
  subject: string;
  from: string;
  to: string;
  sent: string;
  text: string;
};

/**
 * All of a user's preferences.
 *
 * `kinds` has every kind. Those not in `chosen` have the default, by which what is critical goes out by the channels of
 * `critical` instead.
 */
export type PreferencesAnswer = {
  kinds: Record<string, Channel[]>;
  chosen: NotificationKind[];
  critical: Channel[];
  quiet_hours: QuietHoursAnswer | null;
  digest: boolean;
  escalate: boolean;
  sound: boolean;
  vibration: boolean;
  switched_off: SwitchedOffAnswer[];
};

/** Quiet hours: times of day such as `22:30`, by the clock of an IANA time zone. */
export type QuietHoursAnswer = {
  start: string;
  end: string;
  timezone: string;
};

/** A channel that can't reach the user any more, since when and why; choosing it anew tries it again. */
export type SwitchedOffAnswer = {
  channel: Channel;
  reason: string;
  since: Time;
};

/** The user's browsers, and the key that a browser needs to subscribe. */
export type SubscriptionsAnswer = {
  public_key: string | null;
  items: SubscriptionAnswer[];
  total: number;
};

/** A browser that takes pushes. */
export type SubscriptionAnswer = {
  id: number;
  endpoint: string;
  user_agent: string;
  created: Time;
};

/** Where services reach the user. */
export type ServiceAddressesAnswer = {
  items: ServiceAddressAnswer[];
  total: number;
};

/** Where a service reaches the user, without what is secret of it. */
export type ServiceAddressAnswer = {
  channel: "websocket" | "email" | "web_push" | "webhook" | "ntfy" | "slack" | "discord" | "telegram";
  url: string;
  updated: Time;
};

/** Where the user's webhook is. */
export type WebhookAnswer = {
  url: string | null;
  updated: Time | null;
};

/** Where the user's webhook is now; `secret` where it is a new one. */
export type WebhookPutAnswer = {
  url: string;
  updated: Time;
  secret: string | null;
};

/**
 * The connections that were asked for: `items` are the first of `total`; `cut` says that there are more.
 *
 * All numbers are of the gateways that have answered in time, of which `open` connections there are altogether;
 * `unanswered` are those that have not: what they serve isn't known.
 */
export type ConnectionsAnswer = {
  items: ListedConnection[];
  total: number;
  cut: boolean;
  open: number;
  gateways: string[];
  unanswered: string[];
};

/**
 * A connection; `user` is null for somebody who hasn't logged in, `latency_ms` where nothing was measured.
 *
 * `sent` counts frames since its beginning, `conflated` those that newer ones replaced as its reader was slow;
 * `waiting_bytes` is what waits for it now.
 */
export type ListedConnection = {
  id: string;
  user: string | null;
  address: string;
  dialect: string;
  gateway: string;
  since: Time;
  subscriptions: number;
  sent: number;
  conflated: number;
  waiting_bytes: number;
  latency_ms: number | null;
};

/**
 * The figures of the deployment over the last hours.
 *
 * Each has a value for every step of `step_seconds` from `began` on: the greatest, the least, the mean or the sum of
 * its minutes, as `summary` says; null where nothing is known. Figures of which nothing is known are left out.
 */
export type DeploymentHistoryAnswer = {
  began: Time;
  step_seconds: number;
  series: Series[];
};

/** A figure over time: a value for each step; null for those of which nothing is known. */
export type Series = {
  name: string;
  title: string;
  unit: HistoryUnit;
  summary: Summary;
  values: (number | null)[];
};

/** What the values of a figure are in. */
export type HistoryUnit = "bytes" | "count" | "milliseconds" | "per_second";

/** What one value says of the moments that it stands for: the greatest, the least, the mean, or all together. */
export type Summary = "greatest" | "least" | "mean" | "sum";

/** An account as it is now; `trading` is what may be ordered, `cancel_all_at` when all orders are cancelled. */
export type AccountAnswer = {
  account: string;
  name: string;
  default: boolean;
  mode: AccountMode;
  demo: boolean;
  balances: BalanceAnswer[];
  trading: TradingLevel;
  limits: LimitsAnswer;
  maker_fee: number;
  taker_fee: number;
  cancel_all_at: Time | null;
  created: Time;
  timestamp: Time;
};

/** Whose money it is: nobody's, the exchange's test network's, or real money. */
export type AccountMode = "live" | "paper" | "testnet";

/** What there is of an asset; `locked` is bound in open orders and in grids. */
export type BalanceAnswer = {
  asset: string;
  free: number;
  locked: number;
};

/** What may be ordered: everything, only what makes a position smaller, or nothing. */
export type TradingLevel = "active" | "halted" | "reduce_only";

/** The limits of an account, null where there is none. */
export type LimitsAnswer = {
  order_size: number | null;
  position_size: number | null;
  open_orders: number | null;
  price_collar: number | null;
  orders_per_second: number | null;
  daily_loss: number | null;
};

/** The limits of an account, `defaults` those that a new one has; `changeable` by whoever asks. */
export type AccountLimitsAnswer = {
  account: string;
  limits: LimitsAnswer;
  defaults: LimitsAnswer;
  used: LimitsUsedAnswer;
  changeable: boolean;
};

/** What is used now: `positions` the largest first; `daily_loss` since midnight (UTC), below 0 for a gain. */
export type LimitsUsedAnswer = {
  positions: PositionAnswer[];
  open_orders: number;
  orders_per_second: number;
  daily_loss: number;
};

/** What is held and being bought of an asset is worth, of quote; null where no price is known. */
export type PositionAnswer = {
  asset: string;
  value: number | null;
};

/** The life of a backtest. */
export type BacktestState = "cancelled" | "completed" | "created" | "error" | "running";

/**
 * A backtest and how it stands; `progress` is null before it has begun, `metrics` before it has ended.
 *
 * `strategy_id` is the live strategy over whose hours it is made.
 */
export type BacktestAnswer = {
  id: string;
  kind: "run" | "sweep";
  state: BacktestState;
  reason: string;
  strategy: string;
  title: string;
  symbol: string;
  interval: string;
  start: Time;
  end: Time;
  params: Record<string, unknown>;
  initial_capital: number;
  fee_rate: number;
  slippage: number;
  fills: string;
  runs: number;
  sweep: SweepAnswer | null;
  strategy_id: string | null;
  progress: ProgressAnswer | null;
  created: Time;
  started: Time | null;
  ended: Time | null;
  metrics: Record<string, number | null> | null;
};

/** What a sweep sweeps: the values of each parameter, the windows in days (null: none), and what ranks its runs. */
export type SweepAnswer = {
  parameters: Record<string, unknown[]>;
  walk_forward: WalkForward | null;
  rank_by: Ranking;
};

/** Windows in days: what is best in `train` is tested in the `test` after it, and again each `step` days later. */
export type WalkForward = {
  train: number;
  test: number;
  step: number;
};

/** By which metric the combinations are ranked; a higher one is better, and an undefined one the worst. */
export type Ranking = "sharpe" | "sortino" | "total_return";

/** How far a backtest is in its phase, from 0 to 1. */
export type ProgressAnswer = {
  phase: BacktestPhase;
  progress: number;
};

/** What a backtest does now: it fetches the candles that are missing, or runs over them. */
export type BacktestPhase = "candles" | "run";

/** One of several backtests: what it came to, and its curve. */
export type ComparedAnswer = {
  backtest: BacktestAnswer;
  metrics: Metrics;
  equity: EquityPoints;
};

/** What a run came to. Money is exact; all else is a binary float, or null where it is undefined. */
export type Metrics = {
  final_equity: number;
  total_return: number;
  cagr: number | null;
  volatility: number | null;
  sharpe: number | null;
  sortino: number | null;
  calmar: number | null;
  max_drawdown: number;
  max_drawdown_length: number;
  exposure: number;
  fees: number;
  trades: number;
  win_rate: number | null;
  profit_factor: number | null;
  expectancy: number | null;
  average_trade: number | null;
  best_trade: number | null;
  worst_trade: number | null;
};

/**
 * Points of a curve, at most `MOST_POINTS`: the times in ms, equity in quote, drawdown as a fraction, and what the same
 * capital had become by buying and holding.
 */
export type EquityPoints = {
  times: number[];
  equity: number[];
  drawdown: number[];
  buy_and_hold: number[];
};

/** What is stored of a series: when its first and its last candle open (null: none), how many, what is missing. */
export type DataAnswer = {
  symbol: string;
  interval: string;
  start: Time | null;
  end: Time | null;
  candles: number;
  gaps: GapAnswer[];
  listed: boolean;
};

/** Candles that aren't stored: when the first and the last of them open. */
export type GapAnswer = {
  start: Time;
  end: Time;
};

/** All checks of a run; `is_full` where they looked at the whole run, and not only around some of its decisions. */
export type ChecksReport = {
  look_ahead: LookAheadReport;
  warm_up: WarmUpReport;
  data_gaps: DataGapsReport;
  path_dependence: PathDependenceReport;
  is_full: boolean;
};

/** Whether decisions stay the same where the candles end right after them: over so many `cuts` and `decisions`. */
export type LookAheadReport = {
  verdict: Verdict;
  cuts: number;
  decisions: number;
  differences: Difference[];
};

/** What a check found. `NOT_CHECKED` where there was nothing to compare, or the check was stopped before. */
export type Verdict = "failed" | "not_checked" | "passed";

/**
 * The first decision (order or signal) that was another, or missing, once candles were cut off; `time` in ms.
 *
 * `expected` is what was decided with all candles, `found` what without those; in words, empty for nothing.
 */
export type Difference = {
  time: number;
  expected: string;
  found: string;
};

/**
 * Whether decisions stay the same with more history before the start.
 *
 * `candles` is how many the indicators need; `histories` with how many before the start it was run, and `compared` over
 * how many from there on. `settled_after` is the candle from which on the decisions were the same. `FAILED` where over
 * a tenth of them differed in the second half still.
 */
export type WarmUpReport = {
  verdict: Verdict;
  candles: number;
  histories: number[];
  compared: number;
  decisions: number;
  settled_after: number;
  differences: Difference[];
};

/** What is missing of the candles of the range: how many, in how many gaps, and the first of these. */
export type DataGapsReport = {
  verdict: Verdict;
  candles: number;
  missing: number;
  gap_count: number;
  gaps: Gap[];
};

/** Candles that are missing: from when to when (ms, the end excluded), and how many. */
export type Gap = {
  start: number;
  end: number;
  candles: number;
};

/**
 * How many of the fills depended on which price came first within their candle, which nothing tells.
 *
 * `finer_candles` is in how many candles finer ones decided it. `FAILED` from a tenth of the fills on.
 */
export type PathDependenceReport = {
  verdict: Verdict;
  fills: number;
  dependent: number;
  share: number;
  finer_candles: number;
};

/** A backtest and what came of it; times within it are in ms since the epoch on every interface. */
export type BacktestResultAnswer = {
  plan: KeptPlan;
  candles: number;
  is_partial: boolean;
  warm_up: number;
  metrics: Metrics;
  benchmarks: Benchmarks;
  period: Period;
  intervals: Intervals;
  deflated_sharpe: number | null;
  trials: number;
  equity: EquityPoints;
  monthly: YearOfReturns[];
  trades: Trade[];
  trade_count: number;
  fills: Execution[];
  fill_count: number;
  orders: ShownOrder[];
  order_count: number;
  refusals: KeptRefusal[];
  refusal_count: number;
  checks: ChecksReport;
  fingerprint: Fingerprint;
  hash: string;
  backtest: BacktestAnswer;
};

/** The plan that was run, as a result keeps it: see `BacktestPlan`. */
export type KeptPlan = {
  strategy: string;
  parameters: Record<string, unknown>;
  instrument: TradedInstrument;
  interval: Interval;
  start: number;
  end: number;
  initial_capital: number;
  maker_fee: number;
  taker_fee: number;
  charged_in: FeeAsset;
  slippage: number;
  fills: FillRule;
  seed: number;
};

/** What was traded: the names of its assets, and what one tick and one step are. */
export type TradedInstrument = {
  symbol: string;
  base: string;
  quote: string;
  tick_size: number;
  step_size: number;
};

/** In what a fee is charged: always the quote; what the trader receives, as Binance does; or a third asset. */
export type FeeAsset = "quote" | "received" | "third";

/** When a limit counts as reached: once the price has gone a tick through it, or as soon as it has touched it. */
export type FillRule = "through" | "touch";

/** The metrics of what a strategy is measured against. */
export type Benchmarks = {
  buy_and_hold: Metrics;
  flat: Metrics;
};

/** A period of `length` ms, of which `per_year` make a year; `is_candle` where it is that of a candle. */
export type Period = {
  length: number;
  per_year: number;
  is_candle: boolean;
};

/** The bounds that hold 95 % of the resampled values, low and high; null where there are too few returns. */
export type Intervals = {
  total_return: [number, number] | null;
  sharpe: [number, number] | null;
};

/** The returns of the months of a year as fractions, null for one that the run has no part of, and of all of it. */
export type YearOfReturns = {
  year: number;
  months: (number | null)[];
  total: number;
};

/**
 * A trade as it is shown: exact decimals; prices are means where an order was filled at several.
 *
 * `profit` in quote, net; `profit_percent` of what it cost; `candles` from the one that opened it to that which closed
 * it. Times are those at which the candles of the first and last execution opened, in ms.
 */
export type Trade = {
  number: number;
  opened: number;
  closed: number;
  side: string;
  quantity: number;
  entry: number;
  exit: number;
  profit: number;
  profit_percent: number;
  fees: number;
  candles: number;
  entry_order: number;
  exit_order: number;
};

/** A fill as it is shown, in exact decimals; `realised` is net of fees. `time` (ms) is when its candle opened. */
export type Execution = {
  number: number;
  order: number;
  time: number;
  side: Side;
  price: number;
  quantity: number;
  fee: number;
  fee_asset: string;
  liquidity: Liquidity;
  realised: number;
  depends_on_path: boolean;
};

/** The side of a trade's taker. */
export type Side = "buy" | "sell";

/** Whether an order rested and was met (`MAKER`), or met what rested (`TAKER`). */
export type Liquidity = "maker" | "taker";

/** An order as it is shown: what was asked for, and how it ended. `quantity` or `quote_amount` was given. */
export type ShownOrder = {
  number: number;
  placed_at: number;
  side: Side;
  type: OrderType;
  state: OrderState;
  quantity: number | null;
  quote_amount: number | null;
  price: number | null;
  stop_price: number | null;
  filled: number;
};

/**
 * How an order is executed.
 *
 * `STOP` becomes a market order, and `STOP_LIMIT` a limit order, once the market has reached the stop price.
 * `LIMIT_MAKER` is refused where it would be executed at once (post-only).
 */
export type OrderType = "limit" | "limit_maker" | "market" | "stop" | "stop_limit";

/** Where an order stands. */
export type OrderState =
  | "accepted"
  | "cancelled"
  | "expired"
  | "filled"
  | "new"
  | "partially_filled"
  | "rejected";

/** An order that was refused, or expired: when (ms), its number, and why. */
export type KeptRefusal = {
  time: number;
  order: number;
  code: string;
  message: string;
};

/** SHA-256 in hexadecimal of the candles, of the code, of the plan, and of these three together. */
export type Fingerprint = {
  data: string;
  code: string;
  parameters: string;
  hash: string;
};

/** A sweep and what came of it; `hash` names data, code and parameters. */
export type SweepResultAnswer = {
  plan: KeptPlan;
  is_partial: boolean;
  axes: Axis[];
  cells: SweepCell[];
  left_out: number;
  rank_by: Ranking;
  best: number | null;
  period: Period;
  heat_map: HeatMap | null;
  walk_forward: WalkForwardReport | null;
  warning: string | null;
  deflated_sharpe: number | null;
  trials: number;
  fingerprint: Fingerprint;
  backtest: BacktestAnswer;
  hash: string;
};

/** A parameter that is swept, and its values. */
export type Axis = {
  name: string;
  values: unknown[];
};

/** One combination of parameters, and what its run came to; null and the `error` where its strategy failed. */
export type SweepCell = {
  number: number;
  parameters: Record<string, unknown>;
  metrics: Metrics | null;
  error: string;
};

/**
 * `rows` has a row for each value of `y`, and in it the metric for each value of `x`; null where there is none.
 *
 * Where only one parameter was swept, `y` is null and there is one row.
 */
export type HeatMap = {
  x: Axis;
  y: Axis | null;
  metric: string;
  others: Others;
  rows: ((number | null)[])[];
};

/** What is shown where other parameters have several values: those of the best combination, or the mean over all. */
export type Others = "best" | "mean";

/**
 * All windows; `total_return` and `sharpe` are those of following the best of each training through its test.
 *
 * It is followed only until the test of the next window begins, so that no day counts twice. `among_best` counts the
 * windows in which the best of the training was in the best quarter of the test.
 */
export type WalkForwardReport = {
  windows: Window[];
  rank_by: Ranking;
  total_return: number;
  sharpe: number | null;
  among_best: number;
};

/**
 * One training and the test after it (times in ms): the number of the `best` in training, and its scores in both.
 *
 * `rank` is its place in the test, from 1 to `ranked`; equal scores share the better place. `test_return` is what it
 * returned there. Where nothing in the training tells one from another, as where none has traded, there is no best:
 * none is followed, and the return is 0.
 */
export type Window = {
  start: number;
  train_end: number;
  test_end: number;
  ranked: number;
  best: number | null;
  train_score: number | null;
  test_score: number | null;
  test_return: number;
  rank: number | null;
};

/** Where a grid stands. */
export type GridState =
  | "created"
  | "error"
  | "paused"
  | "running"
  | "starting"
  | "stopped"
  | "stopping"
  | "waiting_trigger";

/**
 * A grid as it stands; money in its quote asset.
 *
 * `invested` is what was moved in. What depends on the price (`unrealized_pnl`, `equity`) is null where no price is
 * known; `levels` are told of a single grid only.
 */
export type GridAnswer = {
  id: string;
  account: string;
  symbol: string;
  state: GridState;
  reason: string | null;
  parameters: GridParametersAnswer;
  invested: number;
  current_price: number | null;
  position: number;
  active_buy_orders: number;
  active_sell_orders: number;
  realized_pnl: number;
  unrealized_pnl: number | null;
  equity: number | null;
  fees: number;
  cycles: number;
  levels: LevelAnswer[] | null;
  created: Time;
  started: Time | null;
  ended: Time | null;
};

/** How a grid was set up. */
export type GridParametersAnswer = {
  lower_price: number;
  upper_price: number;
  grid_count: number;
  spacing: Spacing;
  investment: number | null;
  order_size: number | null;
  fee_rate: number;
  trigger_price: number | null;
  stop_loss: number | null;
  take_profit: number | null;
};

/** Lines at equal distances, p_i = L + i (U - L) / n, or at equal ratios, p_i = L (U / L) ^ (i / n). */
export type Spacing = "arithmetic" | "geometric";

/** A gap between two lines: what it holds, how many orders it had, and why one is missing (null: none is). */
export type LevelAnswer = {
  level: number;
  lower_price: number;
  upper_price: number;
  held: number;
  buys: number;
  sells: number;
  reason: string | null;
};

/** A grid as it would be: its lines, lowest first; `order_size` is of base; `price` is that of now. */
export type PreviewAnswer = {
  lines: number[];
  order_size: number;
  net_percent: NetPercent;
  capital: CapitalAnswer;
  price: number;
  warnings: WarningAnswer[];
};

/** What a cycle earns after fees, in per cent of what it bought for: of the worst and of the best gap. */
export type NetPercent = {
  min: number;
  max: number;
};

/** How the investment is used: `base` to buy at the start, `quote` for buy orders, and what is left `unused`. */
export type CapitalAnswer = {
  base: number;
  quote: number;
  unused: number;
};

/** What may be wrong with a grid: a code for programs, the parameter, a sentence for people. */
export type WarningAnswer = {
  code: string;
  field: string;
  message: string;
};

/** What one may order now (`state`), and which switch says what; of grids and strategies those held back. */
export type KillSwitchStateAnswer = {
  state: TradingLevel;
  global: TradingLevel;
  user: TradingLevel;
  instances: InstanceLevel[];
};

/** What a grid, or a strategy, may order. */
export type InstanceLevel = {
  id: string;
  state: TradingLevel;
};

/** What may be ordered now, by the switch that was thrown, and what was done. */
export type KillSwitchAnswer = {
  state: TradingLevel;
  affected: Affected;
};

/** What a kill switch did. */
export type Affected = {
  grids_stopped: number;
  strategies_stopped: number;
  orders_cancelled: number;
};

/** Where a strategy stands. */
export type StrategyState = "created" | "error" | "paused" | "running" | "stopped" | "stopping" | "warming_up";

/**
 * A strategy as it stands; money in the quote asset of its symbol.
 *
 * `invested` is what was moved in. What depends on the price (`unrealized_pnl`, `equity`) is null where no price is
 * known. `signals`, the newest first, are told of a single strategy only; `traceback`, of one that failed, to staff.
 * `backtest_id` is the backtest that it was started from, while that is kept.
 */
export type LiveStrategyAnswer = {
  id: string;
  account: string;
  strategy: string;
  title: string;
  symbol: string;
  interval: Interval;
  state: StrategyState;
  reason: string | null;
  traceback: string | null;
  parameters: Record<string, unknown>;
  invested: number;
  current_price: number | null;
  position: number;
  active_buy_orders: number;
  active_sell_orders: number;
  realized_pnl: number;
  unrealized_pnl: number | null;
  equity: number | null;
  fees: number;
  last_signal: SignalAction | null;
  signals: SignalAnswer[] | null;
  public: boolean;
  backtest_id: string | null;
  created: Time;
  started: Time | null;
  ended: Time | null;
};

/** What a strategy advised, the market standing at `price`; `confidence` is from 0 to 1. */
export type SignalAnswer = {
  action: SignalAction;
  price: number;
  confidence: number;
  reason: string;
  timestamp: Time;
};

/** A live strategy and a backtest over each other; times within it are in ms since the epoch on every interface. */
export type StrategyComparisonAnswer = {
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
  orders: OrderDifference[];
  order_count: number;
  signals: SignalDifference[];
  signal_count: number;
  settings: SettingDifference[];
  not_asked: NotAsked[];
  not_asked_count: number;
  delay: ExecutionDelay | null;
  live_fills: ComparedFill[];
  backtest_fills: ComparedFill[];
  strategy_id: string;
  backtest: BacktestAnswer;
  lines: ComparedLines;
};

/** What a run did in the time that is compared: counts, and money of quote. `realised` is net of fees. */
export type RunTotals = {
  signals: number;
  orders: number;
  executed_orders: number;
  fills: number;
  turnover: number;
  fees: number;
  realised: number;
};

/** What differs of a decision. */
export type DifferenceKind =
  | "only_backtest"
  | "only_live"
  | "other_outcome"
  | "other_price"
  | "other_quantity"
  | "other_reason"
  | "other_time";

/**
 * An order that differs, decided at the close of a candle at `time` (ms): null where a run hadn't it.
 *
 * `gain` is by how much of quote the live execution was the better one, for what both executed; below 0 the worse.
 */
export type OrderDifference = {
  time: number;
  kinds: DifferenceKind[];
  cause: DifferenceCause;
  live: ComparedOrder | null;
  backtest: ComparedOrder | null;
  gain: number | null;
};

/** Why it may differ. */
export type DifferenceCause =
  | "earlier_difference"
  | "held_back"
  | "not_asked"
  | "order_book"
  | "resting_order"
  | "settings"
  | "unknown";

/**
 * What was asked for, and what became of it; `reason` says why it was refused, has expired or was held back.
 *
 * One that was held back before the exchange has the `number` 0. `quantity` or `quote_amount` was given. `ended_at` is
 * null where it is open, or that isn't known. `average_price` and `filled_at`, the time of the first execution, are
 * null where nothing was executed.
 */
export type ComparedOrder = {
  number: number;
  placed_at: number;
  side: Side;
  type: OrderType;
  state: OrderState;
  ended_at: number | null;
  quantity: number | null;
  quote_amount: number | null;
  price: number | null;
  stop_price: number | null;
  filled: number;
  average_price: number | null;
  filled_at: number | null;
  reason: string;
};

/** A signal that differs, given at the close of a candle at `time` (ms): null where a run hadn't it. */
export type SignalDifference = {
  time: number;
  kinds: DifferenceKind[];
  cause: DifferenceCause;
  live: ComparedSignal | null;
  backtest: ComparedSignal | null;
};

/** What was advised at `time`, with a confidence from 0 to 1. */
export type ComparedSignal = {
  time: number;
  action: SignalAction;
  confidence: number;
  reason: string;
};

/** A setting by its name, as each run had it; empty where a run has none of it. */
export type SettingDifference = {
  name: string;
  live: string;
  backtest: string;
};

/**
 * From the close of a candle at `start` to before that at `end` (ms) the live strategy decided nothing: it was paused,
 * or candles were late; with `is_missing` they never came.
 */
export type NotAsked = {
  start: number;
  end: number;
  is_missing: boolean;
};

/** How long after their candle's close live orders at the market were executed first, in ms. */
export type ExecutionDelay = {
  orders: number;
  median: number;
  longest: number;
};

/**
 * One execution of the order of that number; `fee` and `realised`, which is net of fees, are of quote.
 *
 * A backtest knows of `time` only the candle: it is when that opened.
 */
export type ComparedFill = {
  order: number;
  time: number;
  side: Side;
  price: number;
  quantity: number;
  fee: number;
  realised: number;
};

/** The equity of both runs. */
export type ComparedLines = {
  live: EquityLine;
  backtest: EquityLine;
};

/** Equity in quote at `times` (ms). */
export type EquityLine = {
  times: number[];
  equity: number[];
};

/** Which models there are. */
export type ModelKind = "boosting" | "online";

/** Where a version of a model stands. */
export type ModelState = "active" | "retired" | "silenced";

/**
 * A version of a model; `horizon` in candles. `windows` and `reliability` are told of a single one only.
 *
 * `source` made the candles that it learnt from, null where that isn't known. `in_use` is the one that is asked now, be
 * it silenced: it isn't retired, and learnt from the market that there is. `learnt_since_training` is null of one that
 * learns in trainings alone. `live_state` is what it does for the live strategies that ask it, null where none does, no
 * trading worker runs, or that isn't known yet. `silence` tells of an active one, too, that has expired.
 */
export type ModelVersionAnswer = {
  id: string;
  source: Source | null;
  symbol: string;
  interval: Interval;
  algorithm: ModelKind;
  horizon: number;
  version: number;
  state: ModelState;
  inUse: boolean;
  silence: SilencedFor | null;
  liveState: LiveState | null;
  reason: string | null;
  trainedAt: Time;
  validUntil: Time;
  trainedFrom: Time;
  trainedTo: Time;
  learntSinceTraining: LearntAnswer | null;
  candles: number;
  examples: number;
  featuresHash: string;
  features: string[];
  dataHash: string;
  seed: number;
  parameters: Record<string, number>;
  libraries: Record<string, string>;
  feeRate: number;
  abstainWithin: number;
  breakEven: number | null;
  calibration: CalibrationAnswer | null;
  earnings: EarningsAnswer;
  baselines: BaselinesAnswer;
  windows: WindowAnswer[] | null;
  reliability: ReliabilityAnswer[] | null;
};

/** Why a version says nothing until another comes. */
export type SilencedFor = "drift" | "expired" | "staff" | "unusable";

/** Whether a version that a live strategy asks speaks, or why it says nothing for now. */
export type LiveState = "no_candles" | "no_features" | "no_skill" | "speaking";

/** How many labels a version has learnt since its training, and when the newest became known. */
export type LearntAnswer = {
  labels: number;
  newest: Time | null;
};

/** How scores become probabilities, and the AUC of the outcomes that tell whether there is any skill. */
export type CalibrationAnswer = {
  slope: number;
  intercept: number;
  outcomes: number;
  auc: number;
  aucError: number;
  hasSkill: boolean;
};

/** A return net of fees (0.01 is a per cent), and how often a position was opened. */
export type EarningsAnswer = {
  netReturn: number;
  trades: number;
};

/** What is earned without a model: by nothing, by holding, by being long after each rise. */
export type BaselinesAnswer = {
  flat: EarningsAnswer;
  hold: EarningsAnswer;
  lastSign: EarningsAnswer;
};

/** How a model did from `start` to before `end`, trained only on what was known before. */
export type WindowAnswer = {
  start: Time;
  end: Time;
  examples: number;
  rises: number;
  auc: number | null;
  aucError: number;
  brier: number | null;
  brierOfBaseRate: number;
  calibrationError: number | null;
  decided: number;
  right: number | null;
  earnings: EarningsAnswer;
  baselines: BaselinesAnswer;
};

/** Predictions of about one probability: how many, what was said on average, and how often it came. */
export type ReliabilityAnswer = {
  count: number;
  said: number;
  came: number;
};

/** What would refuse an order, as placing it would say: `fields` are sentences by wrong parameter. */
export type OrderRefusalAnswer = {
  code: CommandErrorCode;
  message: string;
  fields: Record<string, string>;
};

/** The records of public signals; `complete` is false where only the newest were looked at. */
export type SignalRecordsAnswer = {
  items: SignalRecordAnswer[];
  complete: boolean;
};

/**
 * What became of a model's public signals on a symbol, each at the end of its `horizon`.
 *
 * `waiting` are those whose candle has not closed, or isn't stored; `hold` says nothing of a direction. `hit_rate` is
 * right / (right + wrong); `brier_score` the mean squared distance of the confidence from what came, 0 being perfect.
 * `independent` is the largest number of judged ones whose horizons don't overlap: what chance allows goes by it.
 * `versions` tell the same of each version, that whose last signal is the newest first.
 */
export type SignalRecordAnswer = {
  symbol: string;
  model: string;
  title: string;
  horizon: string;
  right: number;
  wrong: number;
  waiting: number;
  hold: number;
  independent: number;
  hit_rate: number | null;
  brier_score: number | null;
  calibration: ConfidenceBandAnswer[];
  versions: VersionRecordAnswer[];
};

/**
 * Judged signals whose confidence lay from `least` up to `most`: their mean confidence, and how many were right.
 *
 * `independent` is the largest number of them whose horizons don't overlap.
 */
export type ConfidenceBandAnswer = {
  least: number;
  most: number;
  signals: number;
  independent: number;
  confidence: number;
  hit_rate: number;
};

/** The same of the signals of one version alone; `version` is empty where it isn't known. */
export type VersionRecordAnswer = {
  version: string;
  right: number;
  wrong: number;
  waiting: number;
  hold: number;
  independent: number;
  hit_rate: number | null;
  brier_score: number | null;
  calibration: ConfidenceBandAnswer[];
};

/**
 * The newest public signals by symbol, the newest first; `symbols` are those on which some may come.
 *
 * `complete` is false where only the newest strategies of each symbol were looked at.
 */
export type NewestSignalsAnswer = {
  items: PublicSignalAnswer[];
  symbols: string[];
  complete: boolean;
};

/**
 * A public signal, and what became of it; `confidence` is from 0 to 1, `title` what people call the model.
 *
 * `version` is empty where it isn't known. `outcome` is known some time after `judged_at`: once the candle is stored
 * that closes then.
 */
export type PublicSignalAnswer = {
  symbol: string;
  model: string;
  title: string;
  version: string;
  horizon: string;
  action: SignalAction;
  price: number;
  confidence: number;
  reason: string;
  timestamp: Time;
  outcome: SignalOutcome;
  judged_at: Time;
};

/** What became of a signal. */
export type SignalOutcome = "hold" | "right" | "waiting" | "wrong";

/** A strategy that can be tested. */
export type StrategyAnswer = {
  name: string;
  title: string;
  description: string;
  parameters: ParameterAnswer[];
};

/** A parameter; `minimum` and `maximum` are included. */
export type ParameterAnswer = {
  name: string;
  title: string;
  type: ParameterType;
  required: boolean;
  default: unknown;
  minimum: number | null;
  maximum: number | null;
  choices: string[];
  description: string;
};

/** What kind of value a parameter takes. */
export type ParameterType = "boolean" | "choice" | "decimal" | "integer";

/** A wallet; no balances until the chain was asked for them. `tokens` are those that were named for it. */
export type WalletAnswer = {
  id: string;
  chain: string;
  address: string;
  label: string;
  balances: AssetBalanceAnswer[];
  tokens: NamedTokenAnswer[];
  created: Time;
};

/**
 * What a wallet holds of an asset, in units of it, as of a block; `token` is the contract's address.
 *
 * `outdated`: blocks have changed it since, and it is being read anew.
 */
export type AssetBalanceAnswer = {
  asset: string;
  token: string | null;
  balance: number;
  block: number;
  outdated: boolean;
};

/** A token that was named for a wallet; `token` is the contract's address, `reason` why it is no token. */
export type NamedTokenAnswer = {
  token: string;
  asset: string | null;
  state: TokenState;
  reason: string | null;
};

/**
 * Whether a named token is followed.
 *
 * `checking`: its contract wasn't asked yet. `no_token`: it was, and is none, so that nobody follows it.
 */
export type TokenState = "checking" | "followed" | "no_token";

/**
 * A chain that is followed: `block` is the newest that was applied, `head` the newest that is known.
 *
 * `reason` says in plain words what is wrong, without what a node has said.
 */
export type ChainAnswer = {
  chain: string;
  chain_id: number;
  asset: string;
  confirmations: number;
  simulated: boolean;
  state: ChainState;
  reason: string | null;
  block: number | null;
  head: number | null;
  last_head: Time | null;
};

/**
 * Whether a chain's newest blocks are known, and why not.
 *
 * `disconnected`: no head has come for three block times. `error`: it isn't followed without an operator.
 */
export type ChainState = "catching_up" | "connected" | "connecting" | "disconnected" | "error";

/** A block; `baseFee` in the chain's smallest unit. */
export type BlockAnswer = {
  number: number;
  hash: string;
  parentHash: string;
  transactions: number;
  baseFee: number | null;
  timestamp: Time;
};

/** How far a transaction is. */
export type TransactionStatus =
  | "confirmed"
  | "confirming"
  | "dropped"
  | "failed"
  | "finalized"
  | "pending"
  | "replaced"
  | "retracted"
  | "seen";

/** A watched transaction as it is now: the data of `tx:`, without `wallets`. */
export type TransactionAnswer = {
  chain: string;
  hash: string;
  status: TransactionStatus;
  confirmations: number;
  required: number;
  block: number | null;
  replacedBy: string | null;
  replacement: Replacement | null;
  from: string | null;
  to: string | null;
  value: number | null;
  fee: number | null;
  timestamp: Time;
};

/** What another transaction of the same sender and nonce does: the same for more gas, nothing, or something else. */
export type Replacement = "cancel" | "other" | "speed_up";

/**
 * What came to or went from a wallet; `retracted` where a reorganisation took its block back.
 *
 * `logIndex` is the place of a token's transfer among the logs of its block.
 */
export type MovementAnswer = {
  asset: string;
  token: string | null;
  direction: Direction;
  counterparty: string | null;
  change: number;
  balance: number | null;
  tx: string;
  logIndex: number | null;
  block: number;
  retracted: boolean;
  timestamp: Time;
};

/** Whether a watched address gets or gives; one that sends to itself does both. */
export type Direction = "incoming" | "outgoing";

/** A list, with its symbols in their order. */
export type WatchListAnswer = {
  id: number;
  name: string;
  symbols: string[];
  updated: Time;
};
