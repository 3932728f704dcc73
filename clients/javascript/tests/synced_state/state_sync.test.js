import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { CounterStage, add, told } from "./counter_stage.js";
import { answer, refusal } from "../own_connection.js";
import { until } from "../waiting.js";

/** @type {CounterStage} */
let stage;

beforeEach(() => {
  stage = new CounterStage();
});

test("it loads the snapshot at first use, and asks for nothing before", async () => {
  let loads = 0;
  const value = stage.counter({ load: async () => ({ count: (loads += 1) }) });
  await turn();
  assert.equal(loads, 0);
  assert.equal(value.value, undefined);
  await until(() => value.value?.count === 1);
  assert.equal(loads, 1);
});

test("it waits with the snapshot until there is a connection", async () => {
  stage.connection.state = "connecting";
  let loads = 0;
  const value = stage.counter({ load: async () => ({ count: (loads += 1) }) });
  const changes = told(value, "change");
  await turn();
  assert.equal(loads, 0);
  stage.connection.comeBack();
  await until(() => changes.length === 1);
  assert.deepEqual(changes, [{ count: 1 }]);
});

test("it folds in the events of its channels", async () => {
  const value = await stage.loadedCounter();
  const changes = told(value, "change");
  stage.connection.emit("counter", 2);
  stage.connection.emit("counter", 3);
  assert.deepEqual(changes, [{ count: 3 }, { count: 6 }]);
});

test("it applies what comes while the snapshot is under way after it", async () => {
  const snapshot = answer();
  const value = stage.counter({ load: () => snapshot.promise });
  value.on("change", () => undefined);
  stage.connection.emit("counter", 10);
  assert.equal(value.value, undefined);
  snapshot.resolve({ count: 1 });
  await until(() => value.value?.count === 11);
});

test("it loads anew after a reconnect, and heeds no snapshot from before it", async () => {
  const snapshots = [];
  const load = () => snapshots[snapshots.push(answer()) - 1].promise;
  const value = stage.counter({ load });
  assert.equal(value.value, undefined);
  stage.connection.comeBack();
  stage.connection.emit("counter", 5);
  snapshots[1].resolve({ count: 100 });
  await until(() => value.value?.count === 105);
  snapshots[0].resolve({ count: 1 });
  await turn();
  assert.deepEqual(value.value, { count: 105 });
});

test("it loads anew where events of its channels were lost, and only then", async (context) => {
  let loads = 0;
  const value = stage.counter({ load: async () => ({ count: 10 * (loads += 1) }) });
  await until(() => value.value?.count === 10);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  for (const resync of [{ channel: "counter", complete: true }, { channel: "another", complete: false }]) {
    stage.connection.emit("resync", resync);
  }
  stage.connection.emit("counter", 1);
  context.mock.timers.tick(2_000);
  assert.deepEqual([value.value, loads], [{ count: 11 }, 1]);
  stage.connection.emit("resync", { channel: "counter", complete: false });
  context.mock.timers.tick(2_000);
  stage.connection.emit("counter", 5);
  await turn();
  assert.deepEqual([value.value, loads], [{ count: 25 }, 2]);
  value.close();
  stage.connection.emit("resync", { channel: "counter", complete: false });
  context.mock.timers.tick(2_000);
  await turn();
  assert.equal(loads, 2);
});

test("it loads anew where something may be missing of a pattern that matches its channel", async (context) => {
  let loads = 0;
  const value = stage.counter({ channels: ["grid.a.order"], load: async () => ({ count: (loads += 1) }) });
  await until(() => value.value?.count === 1);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  for (const channel of ["strategy.*", "grid.*"]) stage.connection.emit("resync", { channel, complete: false });
  context.mock.timers.tick(2_000);
  await turn();
  assert.equal(loads, 2);
  value.close();
});

test("it changes at once, and takes the server's answer in place of the change", async () => {
  const value = await stage.loadedCounter();
  const sent = answer();
  const confirmed = value.update({ count: 7 }, () => sent.promise);
  assert.deepEqual([value.value, value.pending], [{ count: 7 }, 1]);
  sent.resolve({ count: 8 });
  await confirmed;
  assert.deepEqual([value.value, value.pending], [{ count: 8 }, 0]);
});

test("it lets the change stand where the server only confirms it", async () => {
  const value = await stage.loadedCounter();
  await value.update((before) => ({ count: before.count + 1 }), async () => undefined);
  stage.connection.emit("counter", 1);
  assert.deepEqual(value.value, { count: 3 });
});

test("it takes a refused change back, and tells why", async () => {
  const value = await stage.loadedCounter();
  const changes = told(value, "change");
  const rollbacks = told(value, "rollback");
  const error = refusal("VALIDATION_ERROR");
  await assert.rejects(value.update({ count: 9 }, () => Promise.reject(error)), error);
  assert.deepEqual(changes, [{ count: 9 }, { count: 1 }]);
  assert.deepEqual(rollbacks, [{ error, value: { count: 1 } }]);
});

test("it may be left unobserved: a refusal is then told by the event alone", async () => {
  const value = await stage.loadedCounter();
  const rollbacks = told(value, "rollback");
  value.update({ count: 9 }, () => Promise.reject(refusal("CONFLICT")));
  await until(() => rollbacks.length === 1);
  assert.equal(rollbacks[0].error.code, "CONFLICT");
});

for (const code of ["TIMEOUT", "UNAVAILABLE", "INTERNAL_ERROR"]) {
  test(`it takes a change back after ${code}, and loads what the server made of it`, async () => {
    const value = await stage.loadedCounter();
    stage.stored = { count: 9 }; // the server acted, and its answer was lost, or came too early
    const changes = told(value, "change");
    await assert.rejects(value.update({ count: 9 }, () => Promise.reject(refusal(code))));
    await until(() => changes.length === 3);
    assert.deepEqual(changes, [{ count: 9 }, { count: 1 }, { count: 9 }]);
  });
}

test("it takes back only the refused one of several changes", async () => {
  const value = await stage.loadedCounter();
  const [first, second] = [answer(), answer()];
  const refused = value.update((before) => ({ ...before, first: true }), () => first.promise);
  const confirmed = value.update((before) => ({ ...before, second: true }), () => second.promise);
  assert.deepEqual(value.value, { count: 1, first: true, second: true });
  first.reject(refusal("CONFLICT"));
  await assert.rejects(refused);
  assert.deepEqual(value.value, { count: 1, second: true });
  second.resolve();
  await confirmed;
  assert.deepEqual(value.value, { count: 1, second: true });
});

test("it confirms changes in whatever order the answers come", async () => {
  const value = await stage.loadedCounter();
  const [first, second] = [answer(), answer()];
  const earlier = value.update((before) => ({ ...before, first: true }), () => first.promise);
  const later = value.update((before) => ({ ...before, second: true }), () => second.promise);
  second.resolve();
  await later;
  assert.deepEqual(value.value, { count: 1, first: true, second: true });
  first.reject(refusal("CONFLICT"));
  await assert.rejects(earlier);
  assert.deepEqual(value.value, { count: 1, second: true });
});

test("it makes pending changes again on the server's news", async () => {
  const value = await stage.loadedCounter();
  const sent = answer();
  const update = value.update((before) => ({ ...before, count: before.count * 10 }), () => sent.promise);
  stage.connection.emit("counter", 1);
  assert.deepEqual(value.value, { count: 20 });
  sent.resolve();
  await update;
  assert.deepEqual(value.value, { count: 20 });
});

test("it takes the server's newest value, not the oldest, where a change is refused after news", async () => {
  const value = await stage.loadedCounter();
  const sent = answer();
  const update = value.update({ count: 99 }, () => sent.promise);
  stage.connection.emit("counter", 1);
  sent.reject(refusal("CONFLICT"));
  await assert.rejects(update);
  assert.deepEqual(value.value, { count: 2 });
});

test("it leaves a conflict to the hook, and what the hook decides stands", async () => {
  const conflicts = [];
  const resolve = (conflict) => {
    conflicts.push(conflict);
    return { count: Math.max(conflict.local.count, conflict.server.count) };
  };
  const value = await stage.loadedCounter({ resolve });
  const sent = answer();
  const update = value.update({ count: 5 }, () => sent.promise);
  stage.connection.emit("counter", 1);
  assert.deepEqual(conflicts, [{ base: { count: 1 }, local: { count: 5 }, server: { count: 2 } }]);
  assert.deepEqual(value.value, { count: 5 });
  stage.connection.emit("counter", 40);
  sent.resolve();
  await update;
  assert.deepEqual(value.value, { count: 42 });
});

test("it tells a snapshot that failed, and goes on with what it knew and what came", async () => {
  let fails = false;
  const value = await stage.loadedCounter({
    load: () => (fails ? Promise.reject(refusal("INTERNAL_ERROR")) : { count: 1 }),
  });
  const errors = told(value, "error");
  fails = true;
  const loading = value.load();
  stage.connection.emit("counter", 4);
  await assert.rejects(loading);
  assert.deepEqual([errors.map(({ code }) => code), value.value], [["INTERNAL_ERROR"], { count: 5 }]);
});

test("it asks again by itself where the reason of a failure passes", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let loads = 0;
  const load = async () => ((loads += 1) === 1 ? Promise.reject(refusal("UNAVAILABLE")) : stage.stored);
  const value = stage.counter({ load });
  const errors = told(value, "error");
  await turn();
  assert.equal(errors[0].code, "UNAVAILABLE");
  context.mock.timers.tick(1_000);
  await turn();
  assert.deepEqual(value.value, stage.stored);
});

test("it forgets what is no longer this user's to see", async () => {
  let denied = false;
  const value = await stage.loadedCounter({
    load: async () => (denied ? Promise.reject(refusal("PERMISSION_DENIED")) : stage.stored),
  });
  denied = true;
  await assert.rejects(value.load());
  assert.equal(value.value, undefined);
});

test("it loads what was refused before, after a login on the same connection", async () => {
  let denied = true;
  const load = async () => (denied ? Promise.reject(refusal("PERMISSION_DENIED")) : stage.stored);
  const value = stage.counter({ load });
  const errors = told(value, "error");
  await until(() => errors.length === 1);
  denied = false;
  stage.connection.emit("authenticated", {});
  await until(() => value.value !== undefined);
  assert.deepEqual(value.value, stage.stored);
});

test("it lets an error of the program's own function surface, and goes on without that event", async () => {
  const value = await stage.loadedCounter({
    apply: (before, event) => {
      if (event === "bad") throw new Error("apply can't");
      return add(before, event);
    },
  });
  const surfaced = new Promise((resolve) => process.setUncaughtExceptionCaptureCallback(resolve));
  stage.connection.emit("counter", "bad");
  stage.connection.emit("counter", 1);
  assert.equal((await surfaced).message, "apply can't");
  process.setUncaughtExceptionCaptureCallback(null);
  assert.deepEqual(value.value, { count: 2 });
});

test("it lets go of everything by close, and begins anew with the next use", async () => {
  const value = await stage.loadedCounter();
  stage.sync.close();
  stage.connection.emit("counter", 5);
  stage.connection.comeBack();
  await turn();
  assert.equal(stage.sync.get("counter"), undefined);
  stage.stored = { count: 30 };
  assert.equal(value.value, undefined);
  await until(() => value.value?.count === 30);
});

test("it has one value of a name", () => {
  stage.counter();
  assert.throws(() => stage.counter(), /counter is defined already/);
});
