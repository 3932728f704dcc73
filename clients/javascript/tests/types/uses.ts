/** Right and wrong uses of the package's declarations: tsc must accept the former, and refuse each of the latter. */
import {
  AttemptsExhaustedError,
  AuthenticationError,
  CommandRefusedError,
  ConnectionClosedError,
  Reconnection,
  TidewireClient,
  TidewireError,
  createWebSocketSystem,
} from "@tidewire/client";
import { Reconnection as ReconnectionAlone } from "@tidewire/client/reconnection";
import { StateSync } from "@tidewire/client/state_sync";
import type { ClientOptions, Frame, GridOrder, Kline, Notification, Price, Quality } from "@tidewire/client/protocol";
import { WebSocket } from "ws";

const options: ClientOptions = { dialect: "zigquant-v2", WebSocket, token: async () => null, maximumAttempts: 3 };
const client = new TidewireClient(new URL("ws://127.0.0.1:8000/ws"), options);
new TidewireClient("ws://127.0.0.1:8000/ws", { token: "a.b.c", tokenIn: "query" });

// @ts-expect-error an address is needed
new TidewireClient();
// @ts-expect-error there is no such dialect
new TidewireClient("ws://127.0.0.1:8000/ws", { dialect: "fix" });
// @ts-expect-error a token is text
new TidewireClient("ws://127.0.0.1:8000/ws", { token: 7 });
// @ts-expect-error there is no such option
new TidewireClient("ws://127.0.0.1:8000/ws", { pingintervall: 5 });

client.on("price:BTCUSDT", ({ channel, data }) => {
  const price: Price = data;
  const where: string = channel;
  // @ts-expect-error a price has no side
  data.side;
  return [price, where];
});
client.on("price:*", ({ data }) => data.price.toFixed(2));
client.on("klines:BTCUSDT:1m", ({ data }) => {
  // @ts-expect-error only the market's candles say it so: in the trading dialect it is `closed`
  data.isFinal;
  const candle: Kline | undefined = "isFinal" in data ? data : undefined;
  return candle;
});
client.on("grid.*.status", ({ event, data }) => [event?.length, data.realized_pnl.toFixed(2)]);
client.on("grid.abc.order", ({ data }) => {
  const order: GridOrder = data;
  // @ts-expect-error it is told after a fill only
  order.position_after.toFixed();
  return order.side === "buy";
});
client.on("system.health", ({ data }) => data.exchange?.state === "live");
// @ts-expect-error there is no such state
client.on("system.health", ({ data }) => data.status === "fine");
client.on("grid.*", ({ data }) => data.whatever);
client.on("orders:me", ({ data }) => {
  // @ts-expect-error an order at the market has no price
  data.price.toFixed();
  return data.status === "partially_filled";
});
client.on("notifications", ({ data }) => {
  const { id, created }: Notification = data;
  const when: Required<Frame>["timestamp"] = created;
  return [id + 1, when];
});
client.on("reconnecting", ({ attempt, delay, code, reason }) => attempt + delay + code + reason.length);
client.on("quality", (quality: Quality) => quality.latency?.toFixed(1));
client.on("disconnected", ({ error }) => error instanceof AttemptsExhaustedError && error.reason);
// @ts-expect-error the event tells no such thing
client.on("latency", ({ seconds }) => seconds);
// @ts-expect-error a handler is a function
client.on("connected", "loud");
client.onMessage("trade", ({ data }) => data.side === "buy");
client.onMessage("novelty", ({ data }) => data.anything);
// @ts-expect-error a trade has a taker's side, which is no number
client.onMessage("trade", ({ data }) => data.side.toFixed());

client.subscribe("price:BTCUSDT", { throttleMilliseconds: 500, batch: true });
client.unsubscribe(["price:BTCUSDT"]);
// @ts-expect-error a channel is text
client.subscribe(7);
// @ts-expect-error the state can only be read
client.state = "connected";

export async function uses(): Promise<string> {
  await client.connect();
  await client.setToken(() => "a.b.c");
  // @ts-expect-error a number is no token
  await client.setToken(7);
  await client.command("market.history", { symbol: "BTCUSDT" }, { timeout: 5_000 });
  // @ts-expect-error an action is needed
  await client.command();
  const { queued, connectedAt } = client.statistics;
  // @ts-expect-error it is null while there is no connection
  connectedAt.toFixed();
  return client.state === "connected" ? String(queued) : (client.userId ?? "nobody");
}

export function told(error: unknown): string {
  if (error instanceof CommandRefusedError) return Object.keys(error.fields).join();
  if (error instanceof ConnectionClosedError) return `${error.code} ${error.reason}`;
  if (error instanceof AuthenticationError || error instanceof TidewireError) return error.message;
  // @ts-expect-error nothing is known of any other
  return error.message;
}

const next = new Reconnection({ maximumAttempts: 5 }).next(1006, "");
// @ts-expect-error there may be no next attempt
next.delay;
const same: Reconnection = new ReconnectionAlone();
const system = createWebSocketSystem({ url: "ws://127.0.0.1:8000/ws", dialect: "trading" });
const stateSync: StateSync = system.stateSync;
// @ts-expect-error an address is needed
createWebSocketSystem({ dialect: "trading" });
export const made = [next?.attempt, same, stateSync, system.client.channels.length];
