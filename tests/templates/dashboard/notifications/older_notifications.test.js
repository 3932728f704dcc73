import assert from "node:assert/strict";
import { test } from "node:test";
import { OlderNotifications } from "../../../../templates/static/dashboard/notifications/older_notifications.js";

const MOST = 3;
const one = (seq, more = {}) => ({ id: `n${seq}`, seq, read: false, ...more });
const from = (newest, count) => Array.from({ length: count }, (_, index) => one(newest - index));
const seqs = (items) => items.map(({ seq }) => seq);

/** A server with the notifications 1 to `newest`. */
function server(newest) {
  const asked = [];
  const command = async (action, { before, limit }) => {
    asked.push([action, before, limit]);
    return { items: from(Math.min(newest, before - 1), Math.min(newest, before - 1)).slice(0, limit) };
  };
  return { asked, older: new OlderNotifications(command) };
}

test("it reads on before the oldest, until there are no more", async () => {
  const { asked, older } = server(253);
  const kept = from(253, MOST);
  assert.deepEqual([seqs(older.after(kept)), older.mayBeMore(MOST)], [[253, 252, 251], true]);
  await older.load();
  assert.equal(older.mayBeMore(MOST), true);
  await older.load();
  await older.load();
  assert.deepEqual(seqs(older.after(kept)), seqs(from(253, 253)));
  assert.equal(older.mayBeMore(MOST), false);
  assert.deepEqual(asked, [["notifications.list", 251, 100], ["notifications.list", 151, 100], ["notifications.list", 51, 100]]);
});

test("a client that keeps fewer than it may has all", () => {
  const { older } = server(2);
  older.after(from(2, 2));
  assert.equal(older.mayBeMore(MOST), false);
});

test("it goes on showing what the client gives up for what comes, and one that is counted again once", async () => {
  const { older } = server(5);
  older.after(from(5, MOST));
  await older.load();
  assert.deepEqual(seqs(older.after([one(6), one(5), one(4)])), [6, 5, 4, 3, 2, 1]);
  assert.deepEqual(older.after([{ ...one(2), seq: 7 }, one(6), one(5)]).map(({ id }) => id), ["n2", "n6", "n5", "n4", "n3", "n1"]);
});

test("it shows no more what was deleted among those that the client has loaded anew", async () => {
  const { older } = server(5);
  older.after(from(5, MOST));
  await older.load();
  assert.deepEqual(seqs(older.after([one(5), one(3)])), [5, 3, 2, 1]);
});

test("it marks what it has read, and forgets it for another user", async () => {
  const { older } = server(5);
  older.after(from(5, MOST));
  await older.load();
  older.markRead(({ id }) => id === "n2");
  assert.deepEqual(older.after(from(5, MOST)).map(({ read }) => read), [false, false, false, true, false]);
  older.clear();
  assert.deepEqual(seqs(older.after([one(9)])), [9]);
});

test("what is answered to a user who has gone is shown to nobody", async () => {
  const { older } = server(5);
  older.after(from(5, MOST));
  const reading = older.load();
  older.clear();
  await reading;
  assert.deepEqual(seqs(older.after([one(9)])), [9]);
});
