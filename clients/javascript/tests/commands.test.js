import assert from "node:assert/strict";
import { test } from "node:test";
import { Commands } from "../src/commands.js";
import { CommandRefusedError, CommandTimeoutError, ConnectionClosedError, QueueFullError } from "../src/errors.js";

/** Commands on a clock that only the test moves on, and the frames that they have sent. */
function commanding(t, options = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const sent = [];
  const limits = { commandTimeout: 30_000, queueLimit: 100, commandsPerSecond: 10, now: () => Date.now(), ...options };
  const commands = new Commands(limits, (text) => sent.push(JSON.parse(text)));
  return { sent, commands, pass: (milliseconds) => t.mock.timers.tick(milliseconds) };
}

const actions = (frames) => frames.map(({ action }) => action);

test("it answers each command by its id, whatever the order", async (t) => {
  const { sent, commands } = commanding(t);
  commands.opened();
  const [first, second] = [commands.call("market.symbols", { query: "BTC" }), commands.call("market.overview", {})];
  assert.deepEqual([sent[0].type, sent[0].params], ["command", { query: "BTC" }]);
  assert.notEqual(sent[0].id, sent[1].id);
  commands.answered({ type: "response", id: sent[1].id, success: true, data: 2 });
  commands.answered({ type: "response", id: sent[0].id, success: true, data: 1 });
  commands.answered({ type: "response", id: sent[0].id, success: true, data: 3 });
  assert.deepEqual([await first, await second], [1, 2]);
});

test("it rejects what the server refuses, with its code and the wrong parameters", async (t) => {
  const { sent, commands } = commanding(t);
  commands.opened();
  const [told, untold] = [commands.call("grid.start", {}), commands.call("grid.stop", {})];
  const error = { code: "VALIDATION_ERROR", message: "pair is missing", fields: { pair: "is missing" } };
  commands.answered({ type: "response", id: sent[0].id, success: false, error });
  commands.answered({ type: "response", id: sent[1].id, success: false });
  await assert.rejects(told, { name: "CommandRefusedError", ...error });
  await assert.rejects(untold, CommandRefusedError);
});

test("it rejects what is refused by no error that can be read", async (t) => {
  const { sent, commands } = commanding(t);
  commands.opened();
  for (const error of [null, 7, { code: null, message: null, fields: null }]) {
    const told = commands.call("grid.start", {});
    commands.answered({ type: "response", id: sent.at(-1).id, success: false, error });
    await assert.rejects(told, { code: "INTERNAL_ERROR", message: "The server gave no reason", fields: {} });
  }
});

test("it keeps commands in order until there is a connection, up to the limit", async (t) => {
  const { sent, commands } = commanding(t, { queueLimit: 2 });
  const kept = [commands.call("a", {}), commands.call("b", {})];
  await assert.rejects(commands.call("c", {}), QueueFullError);
  assert.deepEqual([sent.length, commands.queued], [0, 2]);
  commands.opened();
  assert.deepEqual([actions(sent), commands.queued], [["a", "b"], 0]);
  for (const { id } of sent) commands.answered({ type: "response", id, success: true, data: id });
  assert.deepEqual(await Promise.all(kept), sent.map(({ id }) => id));
});

test("it needs no queue while it may send", async (t) => {
  const { sent, commands } = commanding(t, { queueLimit: 0, commandsPerSecond: 1 });
  await assert.rejects(commands.call("too early", {}), QueueFullError);
  commands.opened();
  const answer = commands.call("a", {});
  await assert.rejects(commands.call("too many", {}), QueueFullError);
  commands.answered({ type: "response", id: sent[0].id, success: true });
  assert.equal(await answer, undefined);
});

test("it rejects by time, the time in the queue included, and heeds no later answer", async (t) => {
  const { sent, commands, pass } = commanding(t);
  const late = commands.call("a", {}, 1_000);
  pass(600);
  commands.opened();
  pass(400);
  await assert.rejects(late, new CommandTimeoutError("a", 1_000));
  commands.answered({ type: "response", id: sent[0].id, success: true });
  assert.equal(commands.queued, 0);
});

test("it gives a command that nobody answered again with its id", async (t) => {
  const { sent, commands, pass } = commanding(t);
  commands.opened();
  const late = commands.call("grid.start", {}, 1_000, "mine");
  pass(1_000);
  await assert.rejects(late, CommandTimeoutError);
  const again = commands.call("grid.start", {}, 1_000, "mine");
  commands.answered({ type: "response", id: "mine", success: true, data: 1 });
  assert.deepEqual([await again, sent.map(({ id }) => id)], [1, ["mine", "mine"]]);
});

test("it takes no id that is empty, or of a command under way, which has its answer all the same", async (t) => {
  const { sent, commands } = commanding(t);
  commands.opened();
  const first = commands.call("grid.start", {}, 1_000, "mine");
  await assert.rejects(commands.call("grid.stop", {}, 1_000, "mine"), TypeError);
  await assert.rejects(commands.call("grid.stop", {}, 1_000, ""), TypeError);
  commands.answered({ type: "response", id: "mine", success: true, data: 1 });
  assert.deepEqual([await first, actions(sent)], [1, ["grid.start"]]);
});

test("it sends no more what is withdrawn, whether it was under way or waits, and lets it be given again", async (t) => {
  const { sent, commands } = commanding(t);
  const [withdrawal, answered] = [new AbortController(), new AbortController()];
  commands.opened();
  const done = commands.call("done", {}, 1_000, "done", answered.signal);
  commands.answered({ type: "response", id: "done", success: true, data: 1 });
  const calls = ["under way", "waiting"].map((id) => {
    const call = commands.call(id, {}, 1_000, id, withdrawal.signal);
    commands.closed();
    return call;
  });
  for (const given of [withdrawal, answered]) given.abort(new Error("given up"));
  for (const call of calls) await assert.rejects(call, new Error("given up"));
  await assert.rejects(commands.call("late", {}, 1_000, "late", withdrawal.signal), new Error("given up"));
  commands.opened();
  assert.deepEqual([await done, actions(sent), commands.queued], [1, ["done", "under way"], 0]);
  commands.call("waiting", {}, 1_000, "waiting");
  assert.deepEqual(actions(sent), ["done", "under way", "waiting"]);
});

test("it waits without end where it is told to", async (t) => {
  const { sent, commands, pass } = commanding(t);
  const patient = commands.call("a", {}, Infinity);
  pass(86_400_000);
  commands.opened();
  commands.answered({ type: "response", id: sent[0].id, success: true, data: "at last" });
  assert.equal(await patient, "at last");
});

test("it sends what was under way again with the same id, before what waits", async (t) => {
  const { sent, commands } = commanding(t);
  commands.opened();
  const kept = [commands.call("under way", {}), commands.call("answered", {})];
  commands.answered({ type: "response", id: sent[1].id, success: true });
  commands.closed();
  kept.push(commands.call("waiting", {}));
  assert.equal(commands.queued, 1, "what was sent once is not in the queue any more");
  commands.opened();
  assert.deepEqual(actions(sent), ["under way", "answered", "under way", "waiting"]);
  assert.equal(sent[2].id, sent[0].id);
  for (const { id } of sent.slice(2)) commands.answered({ type: "response", id, success: true });
  await Promise.all(kept);
});

test("it sends no more in a second than the server takes", async (t) => {
  const { sent, commands, pass } = commanding(t);
  const names = Array.from({ length: 25 }, (_, index) => `command ${index}`);
  const kept = names.map((name) => commands.call(name, {}));
  commands.opened();
  assert.equal(sent.length, 10);
  pass(1_099);
  assert.equal(sent.length, 10);
  pass(1);
  assert.equal(sent.length, 20);
  pass(1_100);
  assert.deepEqual(actions(sent), names);
  for (const { id } of sent) commands.answered({ type: "response", id, success: true });
  await Promise.all(kept);
});

test("it sends nothing more after the connection's end, until the next", async (t) => {
  const { sent, commands, pass } = commanding(t, { commandsPerSecond: 1 });
  commands.opened();
  const kept = [commands.call("a", {}), commands.call("b", {})];
  commands.closed();
  pass(5_000);
  assert.equal(sent.length, 1);
  commands.rejectAll(new ConnectionClosedError(1000, "Closed by this client"));
  for (const command of kept) await assert.rejects(command, ConnectionClosedError);
  commands.opened();
  assert.equal(sent.length, 1);
});

test("it rejects what can't be written as JSON", async (t) => {
  const { commands } = commanding(t);
  await assert.rejects(commands.call("a", { amount: 1n }), TypeError);
  assert.equal(commands.queued, 0);
});

test("it refuses at the call what is over the server's limit of a frame, in bytes", async (t) => {
  const { sent, commands } = commanding(t);
  commands.opened();
  const call = (text) => commands.call("preferences.update", { text });
  const fitting = call("");
  const room = 65_536 - new TextEncoder().encode(JSON.stringify(sent[0])).length;
  const longest = call("é".repeat(Math.floor(room / 2)));
  const tooLarge = { name: "MessageTooLargeError", code: "too_large", limit: 65_536 };
  await assert.rejects(call("é".repeat(Math.floor(room / 2) + 1)), tooLarge);
  assert.deepEqual([sent.length, commands.queued], [2, 0]);
  for (const { id } of sent) commands.answered({ type: "response", id, success: true });
  await Promise.all([fitting, longest]);
});
