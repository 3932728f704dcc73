/** Where a program stands on numbered channels, and what is missing there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Resuming } from "../../src/resuming/resuming.js";
import { Subscriptions } from "../../src/subscriptions.js";

const TRADES = "trades:BTCUSDT";

function told(resuming, seqs, epoch = "a", channel = TRADES) {
  return seqs.map((seq) => resuming.take({ type: "trade", channel, epoch, seq }, 1000));
}

/** What is new, and of which nothing is wanted. */
function resumingOf() {
  return new Resuming(new Subscriptions());
}

/** Channels that are wanted, and what stands at 3 on each of `told`. */
function wanting(channels, told = []) {
  const wanted = new Subscriptions();
  wanted.add(channels, {});
  const resuming = new Resuming(wanted);
  for (const channel of told) resuming.accept(channel, { epoch: "g", seq: 3 }, 0);
  return { wanted, resuming };
}

/** What has subscribed, been told of `seq`, and lost its connection. */
function standing(seq) {
  const resuming = resumingOf();
  resuming.answered(TRADES, { epoch: "a", seq: seq - 1 }, 0);
  assert.deepEqual(told(resuming, [seq]), ["new"]);
  resuming.opened();
  return resuming;
}

test("it asks for what began on a quiet channel without a connection, from its first", () => {
  const resuming = resumingOf();
  const standing = { epoch: "a", seq: 2 };
  assert.equal(resuming.began(TRADES, standing), false, "a first answer");
  assert.equal(resuming.answered(TRADES, {}, 1000), null);
  assert.equal(resuming.began(TRADES, {}), false, "still nothing");
  resuming.opened();
  assert.deepEqual(resuming.asks([TRADES]), { since: {} });
  assert.equal(resuming.began(TRADES, standing), true);
  assert.ok(resuming.recover(TRADES, "a", 0));
  assert.deepEqual(resuming.asks([TRADES]), { since: { [TRADES]: { epoch: "a", seq: 0 } } });
  assert.equal(resuming.lost(TRADES, "jumped", 9000).since, 1000, "since it was acknowledged");
  resuming.asks([TRADES]);
  assert.equal(resuming.answered(TRADES, { recovered: true, ...standing }, 0), null);
  assert.deepEqual([told(resuming, [1, 2]), resuming.outcome([TRADES])], [["new", "new"], true]);
});

test("it asks for nothing of the beginning where a channel was heard, or is wanted anew", () => {
  const resuming = resumingOf();
  const standing = { epoch: "a", seq: 2 };
  resuming.answered(TRADES, {}, 0);
  told(resuming, [1]);
  assert.equal(resuming.began(TRADES, { ...standing, recovered: true }), false);
  for (const forget of [() => resuming.forget([TRADES]), () => resuming.forgetAll()]) {
    forget();
    resuming.answered(TRADES, {}, 0);
    forget();
    assert.equal(resuming.began(TRADES, standing), false);
  }
});

test("it asks for numbers only of what counts, and from the last that was handed over", () => {
  const resuming = resumingOf();
  assert.deepEqual(resuming.asks(["price:BTCUSDT", "depth:BTCUSDT"]), {});
  assert.deepEqual(resuming.asks(["price:BTCUSDT", TRADES]), { since: {} });
  assert.deepEqual(resuming.asks(["grid.a.order"]), { since: {} });
  told(resuming, [7, 8]);
  assert.deepEqual(resuming.asks(["price:BTCUSDT", TRADES]), { since: { [TRADES]: { epoch: "a", seq: 8 } } });
});

test("it takes the number of an acknowledgement for no event's", () => {
  const resuming = standing(5);
  resuming.asks([TRADES]);
  const answer = { type: "subscribed", channel: TRADES, recovered: true, epoch: "a", seq: 7 };
  assert.equal(resuming.take(answer, 0), "new");
  assert.equal(resuming.outcome([TRADES]), null);
  resuming.answered(TRADES, answer, 0);
  assert.deepEqual(told(resuming, [5, 6]), ["double", "new"]);
  assert.equal(resuming.outcome([TRADES]), null);
  assert.deepEqual(told(resuming, [7]), ["new"]);
  assert.equal(resuming.outcome([TRADES]), true);
  assert.equal(resuming.outcome([TRADES, "price:BTCUSDT"]), false);
});

test("it leaves out what comes between a gap and the answer, and takes it behind that", () => {
  const resuming = standing(5);
  assert.deepEqual(told(resuming, [8]), ["gap"]);
  assert.ok(resuming.recover(TRADES, "a", 0));
  assert.deepEqual(told(resuming, [9]), ["double"]);
  resuming.asks([TRADES]);
  resuming.answered(TRADES, { recovered: true, epoch: "a", seq: 9 }, 0);
  assert.deepEqual(told(resuming, [6, 7, 8, 9, 10]), Array(5).fill("new"));
});

test("it asks for all of another epoch", () => {
  const resuming = standing(5);
  assert.deepEqual(told(resuming, [1], "b"), ["new"]);
  assert.deepEqual(told(resuming, [3], "c"), ["gap"]);
  resuming.recover(TRADES, "c", 0);
  assert.deepEqual(resuming.asks([TRADES]), { since: { [TRADES]: { epoch: "c", seq: 0 } } });
});

test("it recovers a channel three times a minute", () => {
  const resuming = standing(5);
  assert.deepEqual([0, 1, 2, 3, 60_000].map((now) => resuming.recover(TRADES, "a", now)), [true, true, true, false, true]);
  assert.deepEqual(resuming.lost(TRADES, "jumped", 5000), { channel: TRADES, reason: "jumped", since: 1000 });
});

test("it forgets positions that the server doesn't take, and tells of them", () => {
  const resuming = standing(5);
  resuming.asks([TRADES]);
  assert.deepEqual(resuming.refused(9), [{ channel: TRADES, reason: "refused", since: 1000 }]);
  assert.deepEqual(resuming.asks([TRADES]), { since: {} });
});

test("it begins anew where nobody knows where a channel stands", () => {
  const resuming = standing(5);
  assert.equal(resuming.answered(TRADES, { recovered: false, reason: "unavailable" }, 0)?.reason, "unavailable");
  assert.deepEqual(told(resuming, [90]), ["new"]);
});

test("it asks for what begins without a connection on a channel whose history has ended", () => {
  for (const [reason, begins] of [["other_epoch", true], ["unavailable", false]]) {
    const resuming = standing(5);
    assert.deepEqual(resuming.answered(TRADES, { recovered: false, reason }, 2000), { channel: TRADES, reason, since: 1000 });
    resuming.opened();
    assert.deepEqual(resuming.asks([TRADES]), { since: {} });
    assert.equal(resuming.began(TRADES, { epoch: "b", seq: 2 }), begins);
  }
});

test("it resumes the channels that told below a pattern, and never knows which began", () => {
  const resuming = standing(5);
  const order = "grid.a.order";
  told(resuming, [3], "g", order);
  assert.deepEqual(resuming.asks(["*"]), { since: { [order]: { epoch: "g", seq: 3 } } });
  assert.deepEqual(resuming.asks(["strategy.*"]), { since: {} });
  resuming.asks(["grid.*"]);
  assert.equal(resuming.outcome(["grid.*"]), null);
  resuming.answered("grid.*", {}, 0);
  resuming.answered(order, { recovered: true, epoch: "g", seq: 4 }, 0);
  assert.deepEqual(told(resuming, [4], "g", order), ["new"]);
  assert.deepEqual([resuming.outcome([order]), resuming.outcome(["grid.*"])], [true, false]);
});

test("it names so many channels below patterns that the server takes the frame", () => {
  const resuming = resumingOf();
  for (let at = 0; at < 300; at += 1) resuming.accept(`grid.${at}.order`, { epoch: "g", seq: at }, at);
  const named = Object.keys(resuming.asks(["grid.*"]).since);
  assert.deepEqual([named.length, named.includes("grid.99.order"), named.includes("grid.100.order")], [200, false, true]);
});

test("it awaits no more what the answer of a pattern leaves out, and tells it where something is missing", () => {
  const resuming = resumingOf();
  const [order, trade, other] = ["grid.a.order", "grid.a.trade", "strategy.a.order"];
  for (const channel of [order, trade, other]) told(resuming, [1], "g", channel);
  assert.deepEqual(told(resuming, [5], "g", order), ["gap"]);
  resuming.recover(order, "g", 0);
  resuming.asks(["grid.*", "strategy.*"]);
  assert.deepEqual(resuming.leftOut(["grid.*", trade], 9), [{ channel: order, reason: "jumped", since: 1000 }]);
  resuming.answered(trade, { recovered: true, epoch: "g", seq: 3 }, 0);
  assert.deepEqual(resuming.leftOut(["grid.*.order", "grid.a.*"], 9), [], "each is told once, and what was answered comes");
  assert.deepEqual([order, trade, other].map((channel) => resuming.outcome([channel])), [false, null, null]);
  assert.deepEqual(told(resuming, [6], "g", order), ["gap"], "it is heard again, and asked for once more");
  assert.deepEqual(resuming.leftOut(["strategy.*"], 9), [], "nothing of it is known to be missing");
});

test("of too many positions it leaves out those below patterns, and never that of a subscribed channel", () => {
  const order = "grid.a.order";
  const { wanted, resuming } = wanting([TRADES, order, "grid.*"]);
  told(resuming, [5]);
  told(resuming, [3], "g", order);
  for (let at = 0; at <= 10_000; at += 1) told(resuming, [1], "g", `grid.${at}.order`);
  assert.deepEqual(resuming.asks([TRADES, order]), { since: { [TRADES]: { epoch: "a", seq: 5 }, [order]: { epoch: "g", seq: 3 } } });
  assert.deepEqual(resuming.asks(["grid.2.order"]), { since: {} }, "the longest silent");
  assert.deepEqual(resuming.asks(["grid.3.order"]), { since: { "grid.3.order": { epoch: "g", seq: 1 } } });
  wanted.remove([order]);
  for (let at = 0; at < 10_000; at += 1) told(resuming, [1], "g", `strategy.${at}.order`);
  assert.deepEqual(resuming.asks([order]), { since: {} }, "it is wanted no more");
});

test("it names what is recovered below a pattern, however long it was silent: nothing of it would be heard again", () => {
  const resuming = resumingOf();
  for (let at = 0; at < 300; at += 1) resuming.accept(`grid.${at}.order`, { epoch: "g", seq: 1 }, at);
  assert.deepEqual(told(resuming, [3], "g", "grid.0.order"), ["gap"]);
  assert.equal(resuming.recover("grid.0.order", "g", 0), true);
  for (let at = 1; at < 300; at += 1) resuming.accept(`grid.${at}.order`, { epoch: "g", seq: 2 }, at);
  assert.deepEqual(resuming.asks(["grid.*"]).since["grid.0.order"], { epoch: "g", seq: 1 });
});

test("it forgets what is wanted no more, of a wildcard what it matched, and everything of a former user", () => {
  const resuming = standing(5);
  told(resuming, [3], "g", "grid.a.order");
  resuming.forget([TRADES, "grid.*"]);
  assert.deepEqual([told(resuming, [9]), told(resuming, [9], "g", "grid.a.order")], [["new"], ["new"]]);
  resuming.forgetAll();
  assert.deepEqual(resuming.asks([TRADES]), { since: {} });
});

test("of a wildcard it forgets no position of what is subscribed by its name, or heard by another pattern", () => {
  const names = [TRADES, "trades:ETHUSDT", "grid.a.order", "grid.a.trade", "grid.b.order"];
  const { wanted, resuming } = wanting([TRADES, "trades:*", "grid.*", "grid.a.order", "grid.*.trade"], names);
  resuming.forget(wanted.remove(["trades:*", "grid.*"]));
  assert.deepEqual(Object.keys(resuming.asks(names).since).sort(), ["grid.a.order", "grid.a.trade", TRADES]);
});
