import "../../page_in_node.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, beforeEach, test } from "node:test";
import { StateSync } from "../../../../clients/javascript/src/state_sync.js";
import { OwnConnection, answer, refusal } from "../../../../clients/javascript/tests/own_connection.js";
import { until } from "../../../../clients/javascript/tests/waiting.js";
import { AlertRules } from "../../../../templates/static/dashboard/alerts/alert_rules.js";
import { HEARD_MILLISECONDS } from "../../../../templates/static/dashboard/alerts/tab_broadcast.js";
import { timerEnded } from "../../settled.js";

const MINE = { id: 1, name: "Mine", enabled: true, state: "armed", snoozed_until: null, updated: 1_000 };
const UNTIL = new Date("2026-03-28T23:00:00Z");
const SNOOZED = { ...MINE, state: "snoozed", snoozed_until: UNTIL.toISOString() };
const opened = [];
globalThis.BroadcastChannel = class extends BroadcastChannel {
  constructor(name) {
    super(name);
    opened.push(this);
  }
};

/** What the test's server has, and the answers that it gives when the test likes. */
let server;
let rules;

beforeEach(async () => {
  server = { stored: [MINE], answers: {}, ids: {}, lists: 0, asked: [] };
  const held = (name) => (server.answers[name] = answer()).promise;
  const command = (action, given, { id } = {}) => {
    (server.ids[action] ??= []).push(id);
    if (action === "alerts.events") return firingsOf(given);
    return action === "alerts.list" ? listed() : held(action);
  };
  const stateSync = new StateSync(new OwnConnection());
  rules = new AlertRules(/** @type {any} */ ({ client: { command }, stateSync }), { post: (name) => held(name) });
  await follow();
});

afterEach(() => {
  for (const channel of opened.splice(0)) channel.close();
});

const listed = async () => {
  server.lists += 1;
  return { items: server.stored, total: server.stored.length };
};

/** A page of the firings, the newest first; the rule fires once more after each. */
async function firingsOf({ offset, limit }) {
  const newest = server.asked.length + 1_199;
  server.asked.push([offset, limit]);
  const items = Array.from({ length: Math.max(Math.min(limit, newest + 1 - offset), 0) }, (_, place) => ({ id: newest - offset - place }));
  return { items, total: newest + 1 };
}

/** Let somebody come, and the rules be there that the server has. */
async function follow() {
  rules.follow(true);
  rules.watch(() => undefined, () => undefined);
  await until(() => rules.isLoaded);
}

test("it shows nothing of a user's that is answered after the next one has come", async () => {
  const snoozed = rules.snooze(1, UNTIL);
  const copied = rules.clone(1);
  server.stored = [];
  await follow();
  server.answers["rules/1/snooze/"].resolve(SNOOZED);
  server.answers["rules/1/clone/"].resolve({ ...MINE, id: 2 });
  await Promise.all([snoozed, copied]);
  assert.deepEqual(rules.all, []);
});

test("it reads the rules anew where nobody knows what became of a change", async () => {
  const snoozed = rules.snooze(1, UNTIL);
  server.stored = [SNOOZED];
  server.answers["rules/1/snooze/"].reject(refusal("unreachable"));
  await assert.rejects(snoozed, { code: "unreachable" });
  await until(() => rules.all[0].state === "snoozed");
  assert.equal(server.lists, 2);
});

test("it shows the newest answer, though an older one comes after it", async () => {
  const snoozed = rules.snooze(1, UNTIL);
  const off = rules.turn(1, false);
  const isOff = { ...MINE, enabled: false, updated: "1970-01-01T00:00:03.000Z" };
  server.answers["alerts.disable"].resolve(isOff);
  await off;
  server.answers["rules/1/snooze/"].resolve({ ...SNOOZED, updated: 2_000 });
  await snoozed;
  assert.deepEqual(rules.all, [isOff]);
});

test("a rule whose creation nobody answered is created under the same id when it is asked for again", async () => {
  const lost = rules.create(MINE);
  server.answers["alerts.create"].reject(refusal("unreachable"));
  await assert.rejects(lost, { code: "unreachable" });
  const made = rules.create(MINE);
  server.answers["alerts.create"].resolve({ ...MINE, id: 2 });
  assert.equal((await made).id, 2);
  const [first, again] = server.ids["alerts.create"];
  assert.ok(first);
  assert.equal(again, first);
});

test("it doesn't show a rule again that is deleted when an answer about it comes", async () => {
  const snoozed = rules.snooze(1, UNTIL);
  const deleted = rules.delete(1);
  server.answers["alerts.delete"].resolve(null);
  await deleted;
  server.answers["rules/1/snooze/"].resolve(SNOOZED);
  await snoozed;
  assert.deepEqual(rules.all, []);
});

test("it hears of other tabs' changes while it is in sight", async () => {
  const other = new BroadcastChannel("tidewire.alerts");
  const heard = async () => {
    other.postMessage("changed");
    await once(opened[0], "message");
    await timerEnded(HEARD_MILLISECONDS); // several that follow each other soon are heard as one
    return server.lists;
  };
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  assert.equal(await heard(), 1);
  Object.defineProperty(document, "hidden", { value: false, configurable: true });
  other.postMessage("changed");
  await until(() => server.lists === 2);
});

test("it reads more firings than the server lists at once, by pages, each firing once though others come meanwhile", async () => {
  const { items, total } = await rules.history(1, 1_010);
  assert.deepEqual(items.map(({ id }) => id), Array.from({ length: 1_010 }, (_, place) => 1_199 - place));
  assert.equal(total, 1_202);
  assert.deepEqual(server.asked, [[0, 500], [500, 500], [999, 500]]);
});

test("it reads as many firings as there are", async () => {
  const { items } = await rules.history(1, 5_000);
  assert.deepEqual([items.length, new Set(items.map(({ id }) => id)).size], [1_200, 1_200]);
});
