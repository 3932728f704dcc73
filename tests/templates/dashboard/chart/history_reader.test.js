import assert from "node:assert/strict";
import { test } from "node:test";
import { HistoryReader } from "../../../../templates/static/dashboard/chart/history_reader.js";
import { RestError } from "../../../../templates/static/shared/market_data/rest.js";

const MARKET = { symbol: "BTCUSDT", interval: "1m" };

/** Requests that a test answers by hand. */
class Requests {
  asked = [];
  again = 0;
  reader = new HistoryReader(
    () => (this.again += 1),
    (symbol, interval, { limit, signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        this.asked.push({ symbol, interval, limit, resolve, reject });
      }),
  );
}

test("it gives the candles of the market that is asked for", async () => {
  const { asked, reader } = new Requests();
  const read = reader.read(MARKET, 500);
  asked[0].resolve([{ time: 0 }]);
  assert.deepEqual(await read, [{ time: 0 }]);
  const { symbol, interval, limit } = asked[0];
  assert.deepEqual([symbol, interval, limit], ["BTCUSDT", "1m", 500]);
});

test("who turns to another market gets nothing of the former one", async () => {
  const { asked, reader } = new Requests();
  const former = reader.read(MARKET, 500);
  const next = reader.read({ symbol: "ETHUSDT", interval: "1m" }, 500);
  asked[1].resolve([{ time: 60_000 }]);
  assert.deepEqual(await Promise.all([former, next]), [undefined, [{ time: 60_000 }]]);
});

test("after a failure, of which it tells, it asks to be asked again, once", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const requests = new Requests();
  const read = requests.reader.read(MARKET, 500);
  requests.asked[0].reject(new RestError("It took too long", "UNAVAILABLE"));
  await assert.rejects(read, { message: "It took too long" });
  t.mock.timers.tick(4_999);
  assert.equal(requests.again, 0);
  t.mock.timers.tick(10_000);
  assert.equal(requests.again, 1);
});

test("what is given up isn't asked for again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const requests = new Requests();
  const read = requests.reader.read(MARKET, 500);
  requests.asked[0].reject(new RestError("It took too long", "UNAVAILABLE"));
  await assert.rejects(read, RestError);
  requests.reader.stop();
  t.mock.timers.tick(10_000);
  assert.equal(requests.again, 0);
});
