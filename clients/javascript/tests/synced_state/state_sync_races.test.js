/** What state sync makes of answers that come in an order, or at a time, that one does not think of. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { CounterStage, told } from "./counter_stage.js";
import { answer, refusal } from "../own_connection.js";
import { until } from "../waiting.js";

/** @type {CounterStage} */
let stage;

beforeEach(() => {
  stage = new CounterStage();
});

test("it shows no snapshot that is older than a change which was confirmed meanwhile", async () => {
  const snapshots = [];
  const load = () => {
    const [snapshot, read] = [answer(), { ...stage.stored }];
    snapshots.push(() => snapshot.resolve(read));
    return snapshot.promise;
  };
  const value = stage.counter({ load });
  value.on("change", () => undefined);
  snapshots[0]();
  await until(() => value.value !== undefined);
  stage.connection.comeBack();
  await value.update({ count: 9 }, async () => {
    stage.stored = { count: 9 };
  });
  for (const deliver of snapshots) deliver();
  await turn();
  assert.deepEqual(value.value, { count: 9 });
});

test("it asks for no snapshot again while there is no connection", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let loads = 0;
  const errors = told(stage.counter({ load: () => Promise.reject(refusal("UNAVAILABLE", (loads += 1))) }), "error");
  await turn();
  stage.connection.state = "reconnecting";
  t.mock.timers.tick(60_000);
  await turn();
  assert.deepEqual([errors.length, loads], [1, 1]);
  stage.connection.comeBack();
  assert.equal(loads, 2);
});

test("it takes the answer to a change of a value that is closed for nothing", async () => {
  const value = await stage.loadedCounter();
  const confirmed = answer();
  const changed = value.update((before) => ({ count: before.count + 1 }), () => confirmed.promise);
  value.close();
  confirmed.resolve();
  await changed;
  assert.equal(value.pending, 0);
});

/** Tell, of each channel of the counter, that events are lost for good. */
function lose(...channels) {
  for (const channel of channels) stage.connection.emit("resync", { channel, complete: false });
}

test("it loads once, at a random moment within two seconds, whatever number of gaps is told of", async (t) => {
  let loads = 0;
  const load = async () => ({ count: (loads += 1) });
  await stage.loadedCounter({ load, channels: ["counter", "another"] });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Math, "random", () => 0.75);
  lose("counter", "another");
  t.mock.timers.tick(1_000);
  lose("another", "counter");
  t.mock.timers.tick(499);
  assert.equal(loads, 1);
  t.mock.timers.tick(1);
  assert.equal(loads, 2);
  await turn();
  t.mock.timers.tick(60_000);
  assert.equal(loads, 2);
});

test("it finishes the snapshot under way though gaps follow each other, and loads once more after them", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const snapshots = [];
  const value = stage.counter({ load: () => snapshots[snapshots.push(answer()) - 1].promise });
  value.on("change", () => undefined);
  for (let gap = 0; gap < 10; gap += 1) {
    lose("counter");
    t.mock.timers.tick(2_000);
  }
  assert.equal(snapshots.length, 1);
  snapshots[0].resolve({ count: 1 });
  await turn();
  assert.deepEqual(value.value, { count: 1 });
  t.mock.timers.tick(2_000);
  assert.equal(snapshots.length, 2);
});

test("it needs no further snapshot after a gap where one was asked for meanwhile, or it was closed", async (t) => {
  let loads = 0;
  const value = await stage.loadedCounter({ load: async () => ({ count: (loads += 1) }) });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  lose("counter");
  await value.load();
  t.mock.timers.tick(2_000);
  assert.equal(loads, 2);
  lose("counter");
  value.close();
  t.mock.timers.tick(2_000);
  assert.equal(loads, 2);
});

test("it waits as long as a failure asks for, whatever gaps are told of", async (t) => {
  let loads = 0;
  const load = async () => ((loads += 1) === 1 ? { count: 1 } : Promise.reject(refusal("RATE_LIMITED")));
  const value = await stage.loadedCounter({ load });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Math, "random", () => 0.25);
  const failing = value.load();
  lose("counter");
  await assert.rejects(failing);
  lose("counter");
  t.mock.timers.tick(874);
  assert.equal(loads, 2);
  t.mock.timers.tick(1);
  assert.equal(loads, 3);
});
