/** A channel that is heard by several patterns: the server resumes it for none as long as another still hears it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NumberedChannels } from "../../src/resuming/numbered_channels.js";
import { Subscriptions } from "../../src/subscriptions.js";
import { until } from "../waiting.js";

const ORDER = "grid.a.order";
const PATTERNS = ["grid.*", "grid.*.order"];

function told(seq) {
  return { type: "event", channel: ORDER, epoch: "g", seq };
}

/** @param {string[]} wanted */
function channelsOf(wanted) {
  const [subscriptions, sent, lost] = [new Subscriptions(), [], []];
  subscriptions.add(wanted, {});
  const options = { now: () => 0, dialect: "trading" };
  const channels = new NumberedChannels(subscriptions, options, (frame) => sent.push(frame), (resync) => lost.push(resync));
  return { channels, subscriptions, sent, lost };
}

/** What has heard of the first event, and then of the fifth. */
function behindGap() {
  const { channels, sent, lost } = channelsOf([...PATTERNS, "trades:BTCUSDT"]);
  assert.deepEqual([channels.isNew(told(1)), channels.isNew(told(5))], [true, false]);
  return { channels, sent, lost };
}

function heard(channels, seqs) {
  return seqs.filter((seq) => channels.isNew(told(seq)));
}

test("it asks anew for every pattern that hears a channel behind a gap, and for nothing else", async () => {
  const { channels, sent, lost } = behindGap();
  await until(() => sent.length === 2);
  const since = { [ORDER]: { epoch: "g", seq: 1 } };
  assert.deepEqual(sent, [{ type: "unsubscribe", channels: PATTERNS }, { type: "subscribe", channels: PATTERNS, since }]);
  channels.handled({ type: "subscribed", channel: "grid.*", resumed: { [ORDER]: { recovered: true, epoch: "g", seq: 5 } } });
  channels.handled({ type: "subscribed", channel: "grid.*.order" });
  assert.deepEqual([heard(channels, [2, 3, 4, 5, 6]), lost], [[2, 3, 4, 5, 6], []]);
});

test("it hears a channel on that no answer names, and tells that something is missing", () => {
  const { channels, lost } = behindGap();
  channels.handled({ type: "subscribed", channel: "strategy.*" });
  assert.deepEqual([heard(channels, [5]), lost], [[], []], "the answer is still to come");
  channels.handled({ type: "subscribed", channel: "grid.*" });
  assert.deepEqual([lost.map(({ channel, reason }) => [channel, reason]), heard(channels, [2])], [[[ORDER, "jumped"]], [2]]);
});

test("it keeps the position of a name that a pattern still hears, and not that of a refused one", () => {
  const { channels, subscriptions, sent } = channelsOf([ORDER, "grid.*"]);
  channels.isNew(told(1));
  channels.unsubscribed(subscriptions.remove([ORDER]));
  channels.subscribe(["grid.*"]);
  channels.forget([ORDER]);
  channels.subscribe(["grid.*"]);
  assert.deepEqual(sent.map(({ since }) => since), [{ [ORDER]: { epoch: "g", seq: 1 } }, {}]);
});
