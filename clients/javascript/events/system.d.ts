/**
 * The events of the deployment itself: its health, the exchange's connection, log lines, its gateways.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */
import type { Source } from "./values.js";
import type { Time } from "../protocol.js";

/** How the deployment is: all parts are there; some are missing; it can't serve. */
export type HealthStatus = "ok" | "degraded" | "down";

/** What the value of a figure is in. */
export type FigureUnit = "count" | "milliseconds";

/**
 * One figure of what a worker does; `value` is null where there is nothing to count or to measure.
 *
 * `detail` says more to operators, such as which symbols are counted.
 */
export interface WorkerFigure {
  name: string;
  title: string;
  unit: FigureUnit;
  value: number | null;
  detail?: string;
}

/**
 * A worker that must be single: the process that has its lease, and whether that still renews it.
 *
 * `figures` are what that process has told of its work within the last seconds, where it tells of any.
 */
export interface WorkerReport {
  name: string;
  holder: string;
  alive: boolean;
  figures?: WorkerFigure[];
}

/** Whether a part answers. */
export type PartStatus = "ok" | "down";

/** The state of the exchange as the bridge sees it. */
export type ExchangeState = "connecting" | "live" | "stale" | "reconnecting" | "fallback";

/** The exchange as the bridge sees it; `lag_ms` is null before the first message and while it is away. */
export interface ExchangeHealth {
  state: ExchangeState;
  source: Source;
  lag_ms: number | null;
}

/**
 * The whole deployment: `uptime` in seconds, the number of gateways, their connections, its workers and parts.
 *
 * `exchange` is null where no bridge says anything. `layer_hosts_down` are the places, from 1, of those of the channel
 * layer's several hosts that don't answer, while there are any.
 */
export interface SystemHealth {
  status: HealthStatus;
  uptime: number;
  gateways: number;
  connections: number;
  workers: WorkerReport[];
  database: PartStatus;
  layer: PartStatus;
  layer_hosts_down?: number[];
  exchange: ExchangeHealth | null;
}

/**
 * What happened to the connection with `exchange`, and its state since.
 *
 * What doesn't apply is left out: `attempt` counts tries to connect, `from`, `to` and `complete` tell of a hole that
 * was found in the data.
 *
 * `event` is `connecting`, `connected`, `disconnected`, `error`, `reconnect-failed`, `resync` or `status`.
 */
export interface ExchangeNews {
  exchange: string;
  state: ExchangeState;
  source: Source;
  reason?: string;
  since?: Time;
  attempt?: number;
  from?: Time;
  to?: Time;
  complete?: boolean;
}

/** How much a log line matters. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/**
 * A line that an app published, such as source `grid.grid_abc123`.
 *
 * `event` is `debug`, `info`, `warn` or `error`.
 */
export interface LogLine {
  level: LogLevel;
  source: string;
  message: string;
}

/**
 * One gateway, now; `lag_ms_p99` is null where nothing was measured, `uptime` is in seconds.
 *
 * From its start count `slow_closed` (connections closed as slow consumers) and `conflated` (state frames that newer
 * ones replaced before a slow reader took them); `waiting_bytes` are held for such readers now. `tasks` are those of
 * its event loop: with as many connections as before, as many as before.
 */
export interface GatewayReport {
  id: string;
  connections: number;
  subscriptions: number;
  frames_per_second: number;
  lag_ms_p99: number | null;
  slow_closed: number;
  tasks: number;
  uptime: number;
  conflated: number;
  waiting_bytes: number;
}

/**
 * The bridge, now; `streams` is how many the exchange gives it, `state_seconds` the age of its state.
 *
 * The lag's quantiles and the frames a second are over the last minute. From its start count the events `published` and
 * those `dropped` for want of room, the `doubles` that the exchange sent and were left out, `reconnects`, `ack_errors`
 * (requests that the exchange refused, or never answered), and the gaps that were filled, or not; `gaps_waiting` are
 * still to be. `used_weight` is REST's in this minute, `tasks` are those of its event loop. `slot` is the name of its
 * lease.
 */
export interface BridgeReport {
  holder: string;
  epoch: number;
  state: ExchangeState;
  source: Source;
  lag_ms: number | null;
  streams: number;
  published: number;
  tasks: number;
  state_seconds: number;
  address: string;
  lag_p50_ms: number | null;
  lag_p99_ms: number | null;
  frames_per_second: number;
  dropped: number;
  doubles: number;
  reconnects: number;
  ack_errors: number;
  gaps_filled: number;
  gaps_unfilled: number;
  gaps_waiting: number;
  used_weight: number;
  slot: string;
}

/**
 * A worker's lease, for operators: its fencing number, and for how many ms it still held when it was read.
 *
 * `valid_ms` is negative where the lease had expired; both are null where nothing is known of the lease itself.
 * `standing_by` is how many other processes are ready to take over, of a worker that tells figures.
 */
export interface WorkerLease extends WorkerReport {
  epoch: number | null;
  valid_ms: number | null;
  standing_by?: number;
}

/** How many connections of the whole deployment have a channel, as clients spelled it. */
export interface ChannelSubscribers {
  channel: string;
  subscribers: number;
}

/**
 * All gateways, the bridge (null where there is none) and the workers, for operators.
 *
 * Where several slots share the market, `bridge` says of them together what `bridge_slots` says of each that is served,
 * in their order. `further_bridges` read the markets beside the deployment's own, in the order of their leases' names.
 *
 * `channels` are the most subscribed ones, at most 100 of the `channels_total` that somebody has; `leases_read` is when
 * the workers' leases were read, null where they could not be.
 */
export interface GatewaysUpdate {
  gateways: GatewayReport[];
  bridge: BridgeReport | null;
  bridge_slots: BridgeReport[];
  further_bridges: BridgeReport[];
  workers: WorkerLease[];
  leases_read: Time | null;
  channels: ChannelSubscribers[];
  channels_total: number;
}

/** What a kill switch stops. */
export type KillSwitchScope = "global" | "user" | "instance";

/** What a kill switch did. */
export interface Affected {
  grids_stopped: number;
  strategies_stopped: number;
  orders_cancelled: number;
}

/**
 * A kill switch was thrown by the user named `by`; `id` is the user's or the instance's, null for all.
 *
 * `event` is `activated` or `deactivated`.
 */
export interface KillSwitch {
  scope: KillSwitchScope;
  id: string | null;
  reason: string;
  by: string;
  affected: Affected;
}

/** The data of each kind of event, by the first and last segment of its dotted name. */
export interface SystemData {
  "system.health": SystemHealth;
  "system.exchange": ExchangeNews;
  "system.log": LogLine;
  "ops.gateways": GatewaysUpdate;
  "system.kill_switch": KillSwitch;
}
