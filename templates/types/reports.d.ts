/** What the gateways answer operators by REST; what channels tell them is in the client's types of events. */
import type { Time } from "@tidewire/client/protocol";

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
