import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeat } from "../src/heartbeat.js";

/** A heartbeat on a clock that only the test moves on, and what it has done. */
function beating(t, also = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const log = [];
  const actions = {
    ping: () => log.push(`ping ${Date.now()}`),
    latency: (milliseconds) => log.push(`latency ${milliseconds}`),
    missed: (inARow) => log.push(`missed ${inARow}`),
    dead: () => log.push("dead"),
    ...also,
  };
  const timing = { pingInterval: 10_000, pingTimeout: 5_000, now: () => Date.now() };
  return { log, heartbeat: new Heartbeat(timing, actions), pass: (milliseconds) => t.mock.timers.tick(milliseconds) };
}

test("it asks every 10 s, and measures the answers", (t) => {
  const { log, heartbeat, pass } = beating(t);
  heartbeat.start();
  pass(40);
  heartbeat.pong();
  pass(9_960);
  pass(70);
  heartbeat.pong();
  assert.deepEqual(log, ["ping 0", "latency 40", "ping 10000", "latency 70"]);
});

test("it misses an answer after 5 s, and gives the connection up after two in a row", (t) => {
  const { log, heartbeat, pass } = beating(t);
  heartbeat.start();
  for (const _ of "123") pass(5_000);
  assert.deepEqual(log, ["ping 0", "missed 1", "ping 10000", "missed 2", "dead"]);
});

test("it takes a late answer for a sign of life, measures it, and starts counting anew", (t) => {
  const { log, heartbeat, pass } = beating(t);
  heartbeat.start();
  pass(5_000);
  pass(2_000);
  heartbeat.pong();
  pass(3_000);
  pass(5_000);
  assert.deepEqual(log, ["ping 0", "missed 1", "latency 7000", "ping 10000", "missed 1"]);
});

test("it measures an answer by the ping that it answers, also where the next one is out", (t) => {
  const { log, heartbeat, pass } = beating(t);
  heartbeat.start();
  pass(5_000);
  pass(5_000);
  pass(1_000);
  heartbeat.pong();
  heartbeat.pong();
  assert.deepEqual(log, ["ping 0", "missed 1", "ping 10000", "latency 11000", "latency 1000"]);
});

test("it does nothing after stop, nor with an answer that nobody waits for", (t) => {
  const { log, heartbeat, pass } = beating(t);
  heartbeat.pong();
  heartbeat.start();
  heartbeat.stop();
  heartbeat.pong();
  pass(60_000);
  assert.deepEqual(log, ["ping 0"]);
});

test("it calls no connection dead that a handler of the miss has left", (t) => {
  const left = { missed: (inARow) => inARow === 2 && heartbeat.stop() };
  const { log, heartbeat, pass } = beating(t, left);
  heartbeat.start();
  for (const _ of "123456") pass(5_000);
  assert.deepEqual(log, ["ping 0", "ping 10000"]);
});
