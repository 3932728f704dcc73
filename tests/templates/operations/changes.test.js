import assert from "node:assert/strict";
import { test } from "node:test";
import { changesBetween, exchangeNewsText } from "../../../templates/static/operations/changes.js";

const BEFORE = {
  gateways: [{ id: "a" }, { id: "b" }],
  bridge: { holder: "x" },
  workers: [{ name: "bridge", holder: "x" }],
};
const texts = (now) => changesBetween(BEFORE, { ...BEFORE, ...now }).map(({ text }) => text);

test("it tells nothing where nothing but figures has changed", () => {
  assert.deepEqual(texts({ gateways: [{ id: "b", connections: 5 }, { id: "a" }] }), []);
});

test("it tells of gateways that come and go", () => {
  assert.deepEqual(texts({ gateways: [{ id: "b" }, { id: "c" }] }), ["Gateway a has gone", "Gateway c has come"]);
});

test("it tells of a bridge that goes, and of the next", () => {
  assert.deepEqual(texts({ bridge: null }), ["The bridge has gone"]);
  assert.deepEqual(
    changesBetween({ ...BEFORE, bridge: null }, BEFORE).map(({ text }) => text),
    ["A bridge has come: x"],
  );
});

test("it tells of a lease that changes hands, not of one that is given back", () => {
  assert.deepEqual(texts({ workers: [{ name: "bridge", holder: "y" }] }), ["The lease bridge is now held by y"]);
  assert.deepEqual(texts({ workers: [{ name: "bridge", holder: "" }] }), []);
});

test("it tells of a worker without a lease that runs in another process", () => {
  const carried = (holder) => ({ ...BEFORE, workers: [{ name: "deliveries", holder, epoch: null }] });
  const [{ level, text }] = changesBetween(carried("x"), carried("y"));
  assert.deepEqual([level, text], ["quiet", "The worker deliveries now runs in y"]);
});

test("it puts the exchange's news into words", () => {
  const news = { exchange: "binance", state: "reconnecting" };
  assert.deepEqual(exchangeNewsText("connected", news), { level: "good", text: "Binance: connected" });
  assert.equal(exchangeNewsText("disconnected", { ...news, reason: "1006" }).text, "Binance: connection lost: 1006");
  assert.equal(exchangeNewsText("connecting", { ...news, attempt: 3 }).text, "Binance: connecting, attempt 3");
  assert.equal(exchangeNewsText("status", news).text, "Binance: reconnecting");
  const failed = exchangeNewsText("reconnect-failed", { ...news, attempt: 2, reason: "refused" });
  assert.equal(failed.text, "Binance: attempt 2 to reconnect failed: refused");
});

test("it tells of a gap from when to when, and whether it was filled", () => {
  const gap = { exchange: "binance", from: "2026-01-01T12:00:01.000Z", to: "2026-01-01T12:00:04.000Z", complete: true };
  const filled = { level: "quiet", text: "Binance: a gap from 12:00:01 to 12:00:04, filled" };
  assert.deepEqual(exchangeNewsText("resync", gap), filled);
  assert.equal(exchangeNewsText("resync", { ...gap, complete: false }).level, "bad");
});
