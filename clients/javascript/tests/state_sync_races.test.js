/** What state sync makes of answers that come in an order, or at a time, that one does not think of. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { StateSync } from "../src/state_sync.js";
import { OwnConnection, answer, refusal } from "./own_connection.js";
import { until } from "./waiting.js";

/** @type {OwnConnection} */
let connection;
/** @type {StateSync} */
let sync;
/** What the server holds; `load` gives a copy. */
let stored;

beforeEach(() => {
  connection = new OwnConnection();
  sync = new StateSync(connection);
  stored = { count: 1 };
});

const add = (value, event) => ({ ...value, count: value.count + event });
const counter = (definition = {}) =>
  sync.define("counter", { load: async () => ({ ...stored }), channels: ["counter"], apply: add, ...definition });

async function loadedCounter(definition) {
  const value = counter(definition);
  await until(() => value.value !== undefined);
  return value;
}

/** Every value of an event from now on. */
function told(value, name) {
  const values = [];
  value.on(name, (given) => values.push(given));
  return values;
}

test("it shows no snapshot that is older than a change which was confirmed meanwhile", async () => {
  const snapshots = [];
  const load = () => {
    const [snapshot, read] = [answer(), { ...stored }];
    snapshots.push(() => snapshot.resolve(read));
    return snapshot.promise;
  };
  const value = counter({ load });
  value.on("change", () => undefined);
  snapshots[0]();
  await until(() => value.value !== undefined);
  connection.comeBack();
  await value.update({ count: 9 }, async () => {
    stored = { count: 9 };
  });
  for (const deliver of snapshots) deliver();
  await turn();
  assert.deepEqual(value.value, { count: 9 });
});

test("it asks for no snapshot again while there is no connection", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let loads = 0;
  const errors = told(counter({ load: () => Promise.reject(refusal("UNAVAILABLE", (loads += 1))) }), "error");
  await turn();
  connection.state = "reconnecting";
  t.mock.timers.tick(60_000);
  await turn();
  assert.deepEqual([errors.length, loads], [1, 1]);
  connection.comeBack();
  assert.equal(loads, 2);
});

test("it takes the answer to a change of a value that is closed for nothing", async () => {
  const value = await loadedCounter();
  const confirmed = answer();
  const changed = value.update((before) => ({ count: before.count + 1 }), () => confirmed.promise);
  value.close();
  confirmed.resolve();
  await changed;
  assert.equal(value.pending, 0);
});
