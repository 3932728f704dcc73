/**
 * What crosses the borders of `@tidewire/client`: its options, its events, and the frames that the server sends. The data
 * in them are declared in events/, made from the server's own declarations.
 */
import type { ChannelTypes } from "./events/channels.js";
import type { EngineData } from "./events/engine.js";
import type { MarketData } from "./events/market.js";
import type { SystemData } from "./events/system.js";
import type { UserData } from "./events/user.js";

export type * from "./events/engine.js";
export type * from "./events/market.js";
export type * from "./events/system.js";
export type * from "./events/user.js";
export type * from "./events/values.js";

// ---------------------------------------------------------------------------------------------------- the client

export type DialectName = "market" | "trading" | "zigquant-v2";
export type ConnectionState = "disconnected" | "connecting" | "connected" | "reconnecting";

/** A token, or a function that gives a fresh one each time it is asked; null: nobody is logged in. */
export type TokenSource = string | null | (() => string | null | Promise<string | null>);

/** What the client needs of a WebSocket: a browser's, Node's own, and that of the package `ws` have it. */
export interface Socket {
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** All times in milliseconds. */
export interface ClientOptions {
  /** `market` unless given: `/ws`; `trading`: `/ws/trading`; `zigquant-v2`: `/ws` with that subprotocol. */
  dialect?: DialectName;
  /** Who logs in: a function is asked again before the token ends, and after a refusal; a string never. */
  token?: TokenSource;
  /** How the trading dialect gives the token: for a one-time `ticket`, or itself in the address's `query`. */
  tokenIn?: "ticket" | "query";
  /** The implementation; Node 20 has none of its own, so give `ws`'s there. */
  WebSocket?: new (address: URL, protocols: string[]) => Socket;
  /** Gets the ticket. */
  fetch?: typeof fetch;
  /** Reads a frame; JSON.parse unless given. */
  parse?: (text: string) => any;
  /** The wait before attempt n (from 0): min(1000 · 2ⁿ, 30000), of which a random half is taken off. */
  reconnectDelay?: (attempt: number) => number;
  /** The wait in the first 30 s after the server said that it restarts: 500 to 1500. */
  restartDelay?: () => number;
  /** Attempts in a row before it is given up: without end (market), 5 (trading), 10 (zigquant-v2). */
  maximumAttempts?: number;
  /** How long an attempt may take, from asking for the token to the login (10 s). */
  connectTimeout?: number;
  /** From one ping to the next (10 s). */
  pingInterval?: number;
  /** How long a pong may take before it counts as missed (5 s); two missed in a row: the connection counts as lost. */
  pingTimeout?: number;
  /** A connection that lasted so long starts the back-off anew (5 s). */
  stableAfter?: number;
  /** Until a channel refused with `unavailable` is asked for again (3 s); doubled each time, up to five minutes. */
  retryUnavailableAfter?: number;
  /** How long a command may take, its time in the queue included (30 s). */
  commandTimeout?: number;
  /** How many commands may wait for a connection; the next one is refused at once (100). */
  queueLimit?: number;
  /** How many commands go out in a second; the server takes no more than 10, the others wait in the queue. */
  commandsPerSecond?: number;
  /** A monotonic clock. */
  now?: () => number;
}

export interface SubscriptionOptions {
  /** At most one frame in so many ms, always the newest: 1 to 60000. */
  throttleMilliseconds?: number;
  /** Frames that leave together come in one. */
  batch?: boolean;
}

/** Milliseconds, to a tenth; null before the connection's first round trip. */
export interface Quality {
  /** Excellent under 100 ms, good under 300, fair under 1000; each pong missed since the last answer is one lower. */
  quality: "excellent" | "good" | "fair" | "poor" | null;
  latency: number | null;
  /** Of the last 20 round trips. */
  mean: number | null;
  /** The mean difference of one of them from the next. */
  jitter: number | null;
  /** Pongs that were missed, and connections that were lost, in this client's life. */
  missed: number;
  disconnections: number;
}

export interface Statistics {
  /** In this client's life; a batch is one frame. */
  framesReceived: number;
  framesSent: number;
  /** Since when there is a connection, ms since the epoch; null while there is none. */
  connectedAt: number | null;
  disconnections: number;
  /** Commands that have not been sent yet. */
  queued: number;
  subscriptions: number;
}

/**
 * A gap in what the exchange gave on a channel, or on the way to the gateway; `complete`: all that was missed has come,
 * marked as `repaired`.
 */
export interface Resync {
  channel: string;
  from: Time | undefined;
  to: Time | undefined;
  complete: boolean;
  /**
   * Where the client itself says that what was missed can't be told any more: the server's `too_old`, `other_epoch`,
   * `ahead` or `unavailable`; or `jumped` (numbers are missing, and asking for them brings none), `refused`.
   */
  reason?: string;
}

/** What `on` tells of the connection. */
export interface ConnectionEvents {
  /** Attempt 0 is the first. */
  connecting: { attempt: number };
  /** Logged in, subscribed, and what waited is sent; the rest is the server's welcome. */
  connected: { clientId?: string; authenticated?: boolean; userId?: string | null; timestamp?: Time };
  reconnecting: { attempt: number; delay: number; code: number; reason: string };
  /** For good: no further attempt is made. */
  disconnected: { code: number; reason: string; error: Error };
  /** A token was accepted, at a login or a renewal. */
  authenticated: { userId: string; expiresAt: Time | undefined };
  latency: { milliseconds: number };
  missed: { missed: number; inARow: number };
  quality: Quality;
  resync: Resync;
  error: { code: string; message: string; channel?: string; error?: Error };
}

// ------------------------------------------------------------------------------------------------------ frames

/** ISO 8601 on `/ws`, ms since the epoch in the other dialects. */
export type Time = string | number;

/** A frame, in the same outer shape in every dialect; its data is as that dialect writes it. */
export interface Frame<Data = any> {
  type: string;
  channel?: string;
  /** What happened, on a channel with dots. */
  event?: string;
  data?: Data;
  timestamp?: Time;
  symbol?: string;
  interval?: string;
  /** Of an event that counts: its number in the history of its channel, which begins anew with each epoch. */
  epoch?: string;
  seq?: number;
  /** Of `subscribed`: whether all comes that was missed, and why not. */
  recovered?: boolean;
  reason?: string;
  /** Of a pattern's `subscribed`: the same of the channels below it. */
  resumed?: Record<string, { recovered?: boolean; reason?: string; epoch?: string; seq?: number }>;
  /** Of a `response` and an `auth_result`. */
  id?: string;
  success?: boolean;
  error?: { code: string; message: string; fields?: Record<string, string> };
}

/** A frame with data. */
export interface DataFrame<Data> extends Frame<Data> {
  channel: string;
  data: Data;
}

/** The data of each type of frame. */
export interface DataOfType extends MarketData, UserData {}

/** The data of a dotted channel, by its first and last segment. */
export interface DataOfName extends EngineData, SystemData {}

type KindOf<Channel extends string> = Channel extends `${infer Kind}:${string}` ? Kind : Channel;

/** The first and last segment of a dotted channel; of a pattern too, where these two are none. */
type NameOf<Channel extends string> = Channel extends `${infer Category}.${string}.${infer Event}`
  ? `${Category}.${Event}`
  : Channel;

/** What a handler of `on` is given: a connection event's value, or a frame of the channel or of those that match. */
export type EventOf<Name extends string> = string extends Name
  ? any
  : Name extends keyof ConnectionEvents
    ? ConnectionEvents[Name]
    : KindOf<Name> extends keyof ChannelTypes
      ? DataFrame<DataOfType[ChannelTypes[KindOf<Name>]]>
      : NameOf<Name> extends keyof DataOfName
        ? DataFrame<DataOfName[NameOf<Name>]>
        : DataFrame<any>;

/** An exact number: a decimal text where a JavaScript number would lose digits. */
export type ExactNumber = number | string;

/** An order to place: `quantity` of base, or of a market order instead `quote_quantity`, for how much of quote. */
export interface NewOrder {
  symbol: string;
  side: "buy" | "sell";
  type: "market" | "limit" | "stop" | "stop_limit" | "limit_maker";
  quantity?: ExactNumber;
  quote_quantity?: ExactNumber;
  price?: ExactNumber;
  stop_price?: ExactNumber;
  time_in_force?: "gtc" | "ioc" | "fok";
  client_order_id?: string;
  account?: string;
}

/** A grid to preview or start; `investment` is of the pair's quote asset, `order_size` of its base asset. */
export interface NewGrid {
  pair: string;
  upper_price: ExactNumber;
  lower_price: ExactNumber;
  grid_count: number;
  spacing?: "arithmetic" | "geometric";
  investment?: ExactNumber;
  order_size?: ExactNumber;
  fee_rate?: ExactNumber;
  trigger_price?: ExactNumber;
  stop_loss?: ExactNumber;
  take_profit?: ExactNumber;
  mode?: "paper";
  account?: string;
}

/** What a handler of `onMessage` is given. */
export type FrameOf<Type extends string> = Type extends keyof DataOfType ? DataFrame<DataOfType[Type]> : Frame;
