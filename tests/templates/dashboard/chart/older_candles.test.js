import assert from "node:assert/strict";
import { test } from "node:test";
import { OlderCandles } from "../../../../templates/static/dashboard/chart/older_candles.js";
import { RestError } from "../../../../templates/static/shared/market_data/rest.js";
import { settled } from "../../settled.js";

/** A chart whose pages a test answers by hand. */
class Chart {
  states = [];
  asked = [];
  added = [];
  older = new OlderCandles({
    read: (end, signal) => new Promise((resolve, reject) => this.asked.push({ end, signal, resolve, reject })),
    add: (page) => {
      this.added.push(...page);
      return page.length;
    },
    tell: (state, problem) => this.states.push(problem ? `${state}: ${problem}` : state),
  });
}


test("it reads the page that ends before the first candle, one at a time", async () => {
  const chart = new Chart();
  chart.older.want(60_000);
  chart.older.want(60_000);
  assert.deepEqual(chart.asked.map(({ end }) => end), [59_999]);
  chart.asked[0].resolve([{ time: 0 }]);
  await settled();
  assert.deepEqual(chart.added, [{ time: 0 }]);
  chart.older.want(0);
  assert.equal(chart.asked.length, 2);
  assert.deepEqual(chart.states, ["loading", "idle", "loading"]);
});

test("it stops at the first candle there is", async () => {
  const chart = new Chart();
  chart.older.want(60_000);
  chart.asked[0].resolve([]);
  await settled();
  chart.older.want(60_000);
  assert.equal(chart.asked.length, 1);
  assert.deepEqual(chart.states, ["loading", "complete"]);
});

test("it tells a failure, and can be asked again after a pause, of which it tells too", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const chart = new Chart();
  chart.older.want(60_000);
  chart.asked[0].reject(new RestError("The exchange can't answer now", "UNAVAILABLE"));
  await settled();
  t.mock.timers.tick(2_999);
  chart.older.want(60_000);
  assert.equal(chart.asked.length, 1, "not with every move of one scroll");
  t.mock.timers.tick(1);
  chart.older.want(60_000);
  assert.equal(chart.asked.length, 2);
  assert.deepEqual(chart.states, ["loading", "failed: The exchange can't answer now", "idle", "loading"]);
});

test("the pause after a former chart's failure doesn't interrupt what the next one reads", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const chart = new Chart();
  chart.older.want(60_000);
  chart.asked[0].reject(new RestError("The exchange can't answer now", "UNAVAILABLE"));
  await settled();
  chart.older.reset();
  chart.older.want(7_000);
  t.mock.timers.tick(3_000);
  assert.equal(chart.older.isReading, true);
});

test("it gives nothing of a former chart to the next, be it an answer or a failure", async () => {
  const chart = new Chart();
  chart.older.want(60_000);
  chart.older.reset();
  assert.equal(chart.asked[0].signal.aborted, true);
  chart.older.want(7_000);
  chart.asked[0].resolve([{ time: 0 }]);
  await settled();
  assert.deepEqual(chart.added, []);
  assert.deepEqual(chart.states, ["loading", "idle", "loading"]);
  chart.older.reset();
  chart.asked[1].reject(new RestError("too late", "UNAVAILABLE"));
  await settled();
  assert.deepEqual(chart.states.slice(3), ["idle"]);
});
