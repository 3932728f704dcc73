import assert from "node:assert/strict";
import { test } from "node:test";
import { verdictOf } from "../../../templates/static/operations/verdict.js";

const WORKERS = [
  { name: "bridge", holder: "host:1", alive: true },
  { name: "health", holder: "host:2", alive: true },
];
const REPORT = { bridge: { state: "live", source: "binance" }, workers: WORKERS };
const HEALTH = { status: "ok", database: "ok", layer: "ok" };
const CUT_OFF = { state: "reconnecting", source: "binance" };
const SYMBOLS_UNKNOWN = { ...HEALTH, status: "degraded" };
const withWorker = (worker) => ({ report: { ...REPORT, workers: [{ name: "alerts", alive: false, ...worker }] } });
const WELL = { isConnected: true, isOld: false, report: REPORT, health: HEALTH };

test("it says that all is well where it is", () => {
  assert.deepEqual(verdictOf(WELL), { level: "good", text: "All parts are working. Binance: live." });
});

test("it waits for the first report without an alarm", () => {
  const waiting = { level: "quiet", text: "Waiting for the first report…" };
  assert.deepEqual(verdictOf({ ...WELL, report: undefined }), waiting);
  assert.equal(verdictOf({ isConnected: false, isOld: false }).level, "quiet");
});

test("it calls old what nobody tells any more, before anything that the last report says", () => {
  const without = { ...REPORT, bridge: null };
  assert.match(verdictOf({ ...WELL, report: without, isConnected: false }).text, /connection to this server is lost/);
  assert.match(verdictOf({ ...WELL, report: without, isOld: true }).text, /No gateway reports/);
});

for (const [what, known, words] of [
  ["no bridge", { report: { ...REPORT, bridge: null } }, /^No bridge runs/],
  ["a bridge that is cut off", { report: { ...REPORT, bridge: CUT_OFF } }, /^Reconnecting to Binance/],
  ["a database that is away", { health: { ...HEALTH, database: "down" } }, /^The database doesn't answer/],
  ["a layer that is away", { health: { ...HEALTH, layer: "down" } }, /^The channel layer doesn't answer/],
  ["what only the health check knows", { health: SYMBOLS_UNKNOWN }, /^Health was degraded.*no symbols/],
  ["a worker that nobody runs", withWorker({ holder: "" }), /alerts has no process/],
  ["a lease that expires", withWorker({ holder: "x", epoch: 3 }), /alerts doesn't renew/],
  ["a worker without a lease that has died", withWorker({ holder: "x", epoch: null }), /alerts has died/],
]) {
  test(`it tells of ${what}`, () => {
    const { level, text } = verdictOf({ ...WELL, ...known });
    assert.equal(level, "bad");
    assert.match(text, words);
  });
}

test("it tells of several troubles at once, and of the bridge once", () => {
  const report = { bridge: null, workers: [{ name: "bridge", holder: "", alive: false }] };
  const { text } = verdictOf({ ...WELL, report, health: { database: "down", layer: "ok" } });
  assert.equal(text, "The database doesn't answer. No bridge runs: nobody reads the exchange, and no price moves.");
});

test("it is well on another address of the exchange", () => {
  const report = { ...REPORT, bridge: { state: "fallback", source: "binance" } };
  assert.equal(verdictOf({ ...WELL, report }).level, "good");
});
