/** What the gateways tell operators, on `ops.gateways`, `system.health` and `system.exchange`. */
import type { Time } from "@tidewire/client/protocol";

export interface GatewayReport {
  id: string;
  connections: number;
  subscriptions: number;
  frames_per_second: number;
  /** Null where nothing was measured. */
  lag_ms_p99: number | null;
  slow_closed: number;
  conflated: number;
  waiting_bytes: number;
  /** Seconds. */
  uptime: number;
}

export interface BridgeReport {
  holder: string;
  state: string;
  source: string;
  lag_ms: number | null;
  lag_p50_ms: number | null;
  lag_p99_ms: number | null;
  streams: number;
  published: number;
  state_seconds: number;
  /** Of the exchange's streams, as a URL. */
  address: string;
  frames_per_second: number;
  dropped: number;
  doubles: number;
  reconnects: number;
  ack_errors: number;
  gaps_filled: number;
  gaps_unfilled: number;
  gaps_waiting: number;
  used_weight: number;
  /** The name of its lease. */
  slot: string;
}

/** What a worker does, as its app declares it. */
export interface WorkerFigure {
  name: string;
  title: string;
  unit: "count" | "milliseconds";
  value: number | null;
  detail?: string;
}

export interface WorkerReport {
  name: string;
  /** Empty: no process does this work. */
  holder: string;
  alive: boolean;
  /** Null: the worker takes no lease, or it could not be read. */
  epoch: number | null;
  valid_ms: number | null;
  /** Left out: the worker doesn't tell of its work. */
  figures?: WorkerFigure[];
  standing_by?: number;
}

export interface ChannelReport {
  channel: string;
  subscribers: number;
}

/** The data of `ops.gateways`. */
export interface DeploymentReport {
  gateways: GatewayReport[];
  /** Null: nobody reads the exchange. */
  bridge: BridgeReport | null;
  /** Of each slot that is served, where several share the market. */
  bridge_slots: BridgeReport[];
  /** Of the markets that are read beside the deployment's own. */
  further_bridges: BridgeReport[];
  workers: WorkerReport[];
  leases_read: Time | null;
  channels: ChannelReport[];
  channels_total: number;
}

/** The data of `system.health`. */
export interface HealthReport {
  status: "ok" | "degraded" | "down";
  /** Seconds. */
  uptime: number;
  database: "ok" | "down";
  layer: "ok" | "down";
  /** Places from 1, of several hosts; left out while all answer. */
  layer_hosts_down?: number[];
}

/** The data of `system.exchange`; what doesn't apply is left out. */
export interface ExchangeNews {
  exchange: string;
  state: string;
  reason?: string;
  attempt?: number;
  from?: Time;
  to?: Time;
  complete?: boolean;
}

/** A figure of the deployment over time; null where nothing is known. */
export interface HistorySeries {
  name: string;
  title: string;
  unit: "count" | "per_second" | "milliseconds" | "bytes";
  summary: "greatest" | "least" | "mean" | "sum";
  values: (number | null)[];
}

/** What `/api/v1/ops/history/` answers. */
export interface DeploymentHistory {
  began: Time;
  step_seconds: number;
  series: HistorySeries[];
}

/** A client's connection. */
export interface ListedConnection {
  id: string;
  /** Null where nobody has logged in. */
  user: string | null;
  address: string;
  dialect: string;
  gateway: string;
  since: Time;
  subscriptions: number;
  sent: number;
  conflated: number;
  waiting_bytes: number;
  /** Null where nothing was measured. */
  latency_ms: number | null;
}

/** What `/api/v1/ops/connections/` answers. */
export interface ListedConnections {
  /** The first of `total`. */
  items: ListedConnection[];
  total: number;
  cut: boolean;
  /** At the gateways that have answered. */
  open: number;
  gateways: string[];
  unanswered: string[];
}
