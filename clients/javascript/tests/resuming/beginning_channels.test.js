/** Quiet channels that begin while the connection is lost: with a snapshot, and many at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NumberedChannels } from "../../src/resuming/numbered_channels.js";
import { Subscriptions } from "../../src/subscriptions.js";
import { until } from "../waiting.js";

const STANDING = { epoch: "a", seq: 2 };

/** What was acknowledged on one connection, and began before the next. */
function begun(names) {
  const [subscriptions, sent, lost] = [new Subscriptions(), [], []];
  subscriptions.add(names, {});
  const options = { now: () => 0, dialect: "trading" };
  const channels = new NumberedChannels(subscriptions, options, (frame) => sent.push(frame), (resync) => lost.push(resync));
  for (const channel of names) channels.handled({ type: "subscribed", channel });
  channels.closed();
  for (const channel of names) channels.handled({ type: "subscribed", channel, ...STANDING });
  return { channels, subscriptions, sent, lost };
}

test("it hears of what begins with a snapshot each event once, and what was lost meanwhile", async () => {
  const channel = "orders:me";
  const { channels, sent } = begun([channel]);
  const isNew = (type, numbers = {}) => channels.isNew({ type, channel, data: {}, ...numbers });
  assert.deepEqual(["order", "resync", "error", "unsubscribed", "subscribed"].filter((type) => isNew(type)), ["resync", "error", "unsubscribed", "subscribed"]);
  await until(() => sent.length === 2);
  assert.equal(isNew("order"), false, "the answer is still to come");
  channels.handled({ type: "subscribed", channel, ...STANDING, recovered: true });
  assert.deepEqual([1, 2, 2, 3].map((seq) => isNew("order", { epoch: "a", seq })), [true, true, false, true]);
  assert.equal(isNew("order"), true);
});

test("it asks for many in few messages", async () => {
  const names = Array.from({ length: 150 }, (_, index) => `trades:S${index}`);
  const { sent } = begun(names);
  await until(() => sent.length >= 4);
  assert.deepEqual(sent.map(({ type, channels }) => [type, channels.length]), [["unsubscribe", 100], ["unsubscribe", 50], ["subscribe", 100], ["subscribe", 50]]);
  const since = Object.assign({}, ...sent.map((frame) => frame.since));
  assert.deepEqual(since, Object.fromEntries(names.map((name) => [name, { epoch: "a", seq: 0 }])));
});

test("it asks for nothing that is wanted no more, nor on a connection that has ended", async () => {
  const [left, kept] = ["trades:LEFT", "trades:KEPT"];
  const { channels, subscriptions, sent } = begun([left, kept]);
  subscriptions.remove([left]);
  channels.forget([left]);
  subscriptions.add([left], {});
  const { channels: closed, sent: sentByClosed } = begun([left]);
  closed.closed();
  await until(() => sent.length === 2);
  assert.deepEqual([sent.map((frame) => frame.channels), sentByClosed], [[[kept], [kept]], []]);
});
