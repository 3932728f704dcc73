/** What the pages take for readable: what is as the protocol says, and nothing that would break a panel. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerAndClients } from "../../../../clients/javascript/tests/server_and_clients.js";
import { heard, until } from "../../../../clients/javascript/tests/waiting.js";
import { readFrame } from "../../../../templates/static/shared/connection/frame_shapes.js";

const CANDLE = { symbol: "BTCUSDT", interval: "1m", time: 60_000, open: 1, high: 2, low: 1, close: 2, volume: 3 };
const DEPTH = { symbol: "BTCUSDT", bids: [[1, 2]], asks: [] };
const ORDER = { id: "ord_a", account: "acc_a", symbol: "BTCUSDT", status: "new", side: "buy", type: "limit" };
const OVERVIEW = { symbols: [{ symbol: "BTCUSDT" }], gainers: ["BTCUSDT"], losers: [], volumes: [] };
const REPORT = { gateways: [{ id: "a" }], bridge: null, workers: [{ name: "bridge" }], channels: [{ channel: "x" }] };

/** By type: data that is whole, and fields by which it is not. */
const MARKET = {
  price: [{ symbol: "BTCUSDT", price: null }, { symbol: 7 }],
  ticker: [{ symbol: "BTCUSDT" }, { symbol: null }],
  trade: [{ symbol: "BTCUSDT", repaired: true }, { symbol: undefined }],
  kline: [CANDLE, { time: "60000" }, { close: null }, { interval: 1 }, { volume: undefined }],
  depth: [DEPTH, { bids: null }, { asks: [null] }, { bids: { 0: [1, 2] } }],
  overview: [OVERVIEW, { symbols: undefined }, { symbols: [null] }, { gainers: {} }, { volumes: null }],
};
const REPORTS = {
  "ops.gateways": [REPORT, { gateways: null }, { gateways: [{}] }, { bridge: 7 }, { workers: undefined }, { channels: [{}] }],
  "orders:me": [ORDER, { id: 7 }, { account: null }, { symbol: undefined }, { status: {} }],
  "account:me": [{ account: "acc_a", balances: [{ asset: "USDT" }] }, { account: null }, { balances: null }, { balances: [{}] }],
  "portfolio:me": [{ positions: [{ symbol: "BTCUSDT" }] }, { positions: undefined }, { positions: [null] }],
  "system.health": [{ status: "ok" }],
  "system.exchange": [{ state: "live" }],
};
const marketFrame = (type, data) => ({ type, channel: `${type}:BTCUSDT`, data });
const report = (channel, data) => ({ type: "event", channel, event: "update", data });

for (const [shapes, frameOf] of [[MARKET, marketFrame], [REPORTS, report]]) {
  for (const [name, [whole, ...faults]] of Object.entries(shapes)) {
    test(`it reads ${name} where it is whole, and else refuses it`, () => {
      const frame = frameOf(name, whole);
      assert.deepEqual(readFrame(JSON.stringify(frame)), frame);
      for (const data of [null, 7, "text", undefined, ...faults.map((fault) => ({ ...whole, ...fault }))]) {
        const bad = JSON.stringify(frameOf(name, data));
        assert.throws(() => readFrame(bad), { name: "TypeError", message: /is not as the protocol says$/ }, bad);
        assert.throws(() => readFrame(`{"type":"batch","data":[${JSON.stringify(frame)},${bad}]}`), TypeError, bad);
      }
    });
  }
}

test("it leaves to the client what is no frame, and reads what it doesn't know", () => {
  for (const given of [null, 7, [], { type: "batch", data: [null] }, { type: "novelty", data: null }]) {
    assert.deepEqual(readFrame(JSON.stringify(given)), given);
  }
  for (const type of ["subscribed", "unsubscribed", "error", "resync"]) {
    assert.equal(readFrame(JSON.stringify({ type, channel: "ops.gateways" })).type, type);
  }
  assert.throws(() => readFrame("{"), SyntaxError);
});

const both = new ServerAndClients();

test("it has the client tell of a frame that can't be read, and go on", async () => {
  const client = await both.connectedClient({ parse: readFrame });
  const [errors, prices] = [heard(client, "error"), heard(client, "price:BTCUSDT")];
  for (const data of [null, { symbol: "BTCUSDT" }]) {
    both.server.last.socket.send(JSON.stringify(marketFrame("price", data)));
  }
  await until(() => prices.length === 1);
  const message = "The server sent a frame that can't be read: the data of price:BTCUSDT is not as the protocol says";
  assert.deepEqual(errors.map(({ code, message: text }) => [code, text]), [["unreadable_frame", message]]);
});
