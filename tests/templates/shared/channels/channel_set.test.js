import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { TidewireClient } from "../../../../clients/javascript/src/index.js";
import { ChannelSet } from "../../../../templates/static/shared/channels/channel_set.js";

test("it leaves the channels of other parts of the page alone", () => {
  const client = new TidewireClient("ws://127.0.0.1:1/ws", { WebSocket });
  const [list, chart] = [new ChannelSet(client), new ChannelSet(client)];
  list.replace(["price:BTCUSDT", "price:ETHUSDT"]);
  chart.replace(["klines:BTCUSDT:1m", "ticker:BTCUSDT"]);
  chart.replace(["klines:BTCUSDT:5m", "ticker:BTCUSDT"]);
  assert.deepEqual(client.channels.sort(), [
    "klines:BTCUSDT:5m",
    "price:BTCUSDT",
    "price:ETHUSDT",
    "ticker:BTCUSDT",
  ]);
  list.replace([]);
  assert.deepEqual(client.channels.sort(), ["klines:BTCUSDT:5m", "ticker:BTCUSDT"]);
  assert.deepEqual([chart.has("ticker:BTCUSDT"), list.has("price:BTCUSDT")], [true, false]);
});

test("it keeps a channel as long as one part of the page wants it", () => {
  const client = new TidewireClient("ws://127.0.0.1:1/ws", { WebSocket });
  const [quote, form] = [new ChannelSet(client), new ChannelSet(client)];
  quote.replace(["ticker:BTCUSDT"]);
  form.add(["ticker:BTCUSDT", "ticker:BTCUSDT", "notifications"]);
  quote.replace([]);
  assert.deepEqual(client.channels.sort(), ["notifications", "ticker:BTCUSDT"]);
  form.remove(["ticker:BTCUSDT", "ticker:ETHUSDT"]);
  assert.deepEqual([client.channels, form.channels], [["notifications"], ["notifications"]]);
});
