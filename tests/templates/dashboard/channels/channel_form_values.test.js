import assert from "node:assert/strict";
import { test } from "node:test";
import { channelsToOffer, optionsText, requestOf } from "../../../../templates/static/dashboard/channels/channel_form_values.js";

const selection = { symbol: "ETHUSDT", interval: "5m" };

test("it offers to each what each may read", () => {
  const [nobody, user, staff] = [null, { is_staff: false }, { is_staff: true }].map((who) => channelsToOffer(selection, who));
  assert.ok(nobody.includes("price:ETHUSDT") && nobody.includes("klines:ETHUSDT:5m"));
  assert.ok(!nobody.includes("alerts"));
  assert.ok(user.includes("alerts") && !user.includes("orders:me") && user.includes("system.*") && !user.includes("ops.gateways"));
  assert.ok(staff.includes("ops.gateways"));
});

test("it offers no symbol where none is chosen", () => {
  assert.deepEqual(channelsToOffer({ symbol: "", interval: "1m" }, null), ["market:overview"]);
});

test("it takes a channel with its options", () => {
  assert.deepEqual(requestOf({ channel: " price:BTCUSDT ", throttle: " 500 ", batch: true }), {
    channel: "price:BTCUSDT",
    options: { throttleMilliseconds: 500, batch: true },
    problems: {},
  });
  assert.deepEqual(requestOf({ channel: "alerts", throttle: "", batch: false }).options, {});
});

test("it says what is wrong with what was typed", () => {
  assert.deepEqual(Object.keys(requestOf({ channel: " ", throttle: "", batch: false }).problems), ["channel"]);
  const named = (length) => requestOf({ channel: "x".repeat(length), throttle: "", batch: false });
  assert.deepEqual([1_000, 1_001].map((length) => Object.keys(named(length).problems)), [[], ["channel"]]);
  for (const throttle of ["0", "60001", "1.5", "-1", "fast", "1e3"]) {
    assert.deepEqual(Object.keys(requestOf({ channel: "alerts", throttle, batch: false }).problems), ["throttle"], throttle);
  }
  for (const throttle of ["1", "60000"]) {
    assert.deepEqual(requestOf({ channel: "alerts", throttle, batch: false }).problems, {}, throttle);
  }
});

test("it tells options in words", () => {
  assert.equal(optionsText({ throttleMilliseconds: 500, batch: true }), "at most one in 500 ms, batched");
  assert.equal(optionsText({}), "");
});
