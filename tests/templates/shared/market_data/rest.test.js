import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fetchHealth, fetchHistory } from "../../../../templates/static/shared/market_data/rest.js";

const UNREACHABLE = { name: "RestError", code: "unreachable", message: "The server can't be reached" };
const PATIENCE = 200;
const { fetch } = globalThis;
let server;

before(async () => {
  server = createServer((request, response) => {
    if (request.url.includes("HALF")) response.write('{"candles": [');
    if (request.url.includes("WHOLE")) response.end('{"candles": [[60000, 1, 3, 1, 2, 10]]}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  globalThis.fetch = (path, options) => fetch(new URL(path, origin), options); // a page's addresses have no origin
});
after(() => {
  server.closeAllConnections();
  server.close();
});

test("it gives up a server that never answers, or by half", { timeout: 10_000 }, async () => {
  await assert.rejects(fetchHistory("NONE", "1m", { patience: PATIENCE }), UNREACHABLE);
  await assert.rejects(fetchHistory("HALF", "1m", { patience: PATIENCE, signal: new AbortController().signal }), UNREACHABLE);
  await assert.rejects(fetchHealth(PATIENCE), UNREACHABLE);
});

test("what whoever asked gives up is told apart from a server that can't be reached", { timeout: 10_000 }, async () => {
  const controller = new AbortController();
  const read = fetchHistory("HALF", "1m", { signal: controller.signal });
  controller.abort();
  await assert.rejects(read, { name: "AbortError" });
});

test("an answer in time is read", async () => {
  const candle = { time: 60_000, open: 1, high: 3, low: 1, close: 2, volume: 10 };
  assert.deepEqual(await fetchHistory("WHOLE", "1m"), [candle]);
});
