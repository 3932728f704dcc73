/** What state sync makes of answers that come in an order, or at a time, that one does not think of. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { CounterStage, told } from "./counter_stage.js";
import { answer, refusal } from "./own_connection.js";
import { until } from "./waiting.js";

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
