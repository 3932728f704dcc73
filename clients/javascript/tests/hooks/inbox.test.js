/** Marks of notifications of which more are unread than are loaded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { inboxOf, markAllRead, markRead } from "../../src/hooks/inbox.js";
import { StateSync } from "../../src/state_sync.js";
import { OwnConnection, answer, refusal } from "../own_connection.js";
import { until } from "../waiting.js";

const UNREAD = 350;
const notification = (id) => ({ id, seq: id, title: `No. ${id}`, read: false });
const newest = Array.from({ length: 200 }, (_, index) => notification(UNREAD - index));

/** A system whose inbox is loaded, what the server has stored, and the answers to its marks that the test gives, the oldest first. */
async function loadedInbox() {
  const connection = new OwnConnection();
  const stored = { items: newest, unread: UNREAD };
  const marks = [];
  const command = async (action, { unread } = {}) => {
    if (action === "notifications.list") return unread ? { items: [], total: stored.unread } : { items: stored.items, total: 900 };
    marks.push(answer());
    return marks.at(-1).promise;
  };
  const system = /** @type {any} */ ({ client: { userId: "7" }, connection, stateSync: new StateSync(connection), command });
  const inbox = inboxOf(system);
  await until(() => inbox.value);
  return { system, connection, inbox, stored, marks };
}

test("all are marked at once, also those that aren't loaded, and nothing is unread afterwards", async () => {
  const { system, inbox, marks } = await loadedInbox();
  const marked = markAllRead(system);
  assert.deepEqual([inbox.value.unread, inbox.value.items.some(({ read }) => !read)], [0, false]);
  marks[0].resolve({ unread: 0 });
  await marked;
  assert.equal(inbox.value.unread, 0);
});

test("how many are unread is what the server has counted, once nothing is on its way to it", async () => {
  const { system, connection, inbox, stored, marks } = await loadedInbox();
  const marked = [markRead(system, [1, 350]), markRead(system, [349])]; // 1 isn't loaded
  assert.equal(inbox.value.unread, UNREAD - 2);
  marks[0].resolve({ unread: UNREAD - 2 });
  await marked[0];
  assert.equal(inbox.value.unread, UNREAD - 2);
  stored.unread = UNREAD - 3;
  marks[1].resolve({ unread: stored.unread });
  await marked[1];
  await until(() => inbox.value.unread === UNREAD - 3);
  connection.emit("notifications", { data: notification(351) });
  assert.equal(inbox.value.unread, UNREAD - 2);
});

test("one that the server has stored and counted before it tells it is counted once", async () => {
  const { system, connection, inbox, stored, marks } = await loadedInbox();
  const marked = markRead(system, [350]);
  Object.assign(stored, { items: [notification(351), ...newest.slice(0, -1)], unread: UNREAD });
  marks[0].resolve({ unread: UNREAD }); // 351 more, 350 less
  await marked;
  await until(() => inbox.value.unread === UNREAD);
  connection.emit("notifications", { data: notification(351) });
  assert.equal(inbox.value.unread, UNREAD);
});

test("where they can't be loaded anew after a mark, what is known stays", async () => {
  const { system, inbox, stored, marks } = await loadedInbox();
  const errors = [];
  inbox.on("error", ({ code }) => errors.push(code));
  const marked = markRead(system, [350]);
  Object.defineProperty(stored, "items", { get: () => { throw refusal("PERMISSION_REVOKED"); } });
  marks[0].resolve({ unread: UNREAD });
  await marked;
  await until(() => errors.length === 1);
  assert.deepEqual([errors, inbox.value.unread], [["PERMISSION_REVOKED"], UNREAD - 1]);
});

test("a mark that is refused is taken back", async () => {
  const { system, inbox, marks } = await loadedInbox();
  const marked = markAllRead(system);
  marks[0].reject(refusal("UNAVAILABLE"));
  await assert.rejects(marked, { code: "UNAVAILABLE" });
  assert.deepEqual([inbox.value.unread, inbox.value.items.some(({ read }) => read)], [UNREAD, false]);
});

test("an answer that comes once the inbox is closed opens it no more", async () => {
  const { system, inbox, marks } = await loadedInbox();
  const marked = markAllRead(system);
  inbox.close();
  marks[0].resolve({ unread: 0 });
  await marked;
  await turn();
  assert.equal(inbox.value, undefined);
});
