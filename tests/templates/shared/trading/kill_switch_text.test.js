import assert from "node:assert/strict";
import { test } from "node:test";
import {
  doneText, isOwn, platformSentences, platformText, progressSentences, standingText, throwSentences,
} from "../../../../templates/static/shared/trading/kill_switch/kill_switch_text.js";

test("the kill switch says how it stands, what it will do, and what it did", () => {
  const free = { state: "active", global: "active", user: "active", instances: [] };
  assert.equal(standingText(free), "");
  assert.match(standingText({ ...free, state: "halted", user: "halted" }), /by your kill switch\.$/);
  assert.match(standingText({ ...free, state: "reduce_only", global: "reduce_only" }), /whole platform\.$/);
  assert.deepEqual([isOwn(free), isOwn({ ...free, user: "halted" })], [false, true]);
  assert.match(throwSentences(3, true).join(" "), /All 3 grids.*sold at the market/);
  assert.match(throwSentences(1, false).join(" "), /Your grid stops, and every open order.*stays/);
  assert.equal(throwSentences(0, false)[1], "Every open order of yours is cancelled.");
  assert.equal(doneText({ state: "halted", affected: { grids_stopped: 1, strategies_stopped: 0, orders_cancelled: 14 } }), "Trading is halted: 1 grid stopped, 14 orders cancelled.");
  assert.equal(doneText({ state: "halted", affected: { grids_stopped: 0, strategies_stopped: 2, orders_cancelled: 0 } }), "Trading is halted: 0 grids and 2 strategies stopped, 0 orders cancelled.");
});

test("staff are told what the switch of the whole platform will do, how far it is, and what it did", () => {
  assert.match(platformText("halted"), /halted.*for everybody\.$/);
  assert.match(platformSentences("halted", false).join(" "), /All grids and strategies of all users stop, and all open orders are cancelled.*stays/);
  assert.match(platformSentences("halted", true).join(" "), /hold by hand is sold at the market/);
  assert.match(platformSentences("reduce_only", false).join(" "), /orders that buy are cancelled.*these run on/);
  assert.deepEqual([progressSentences(false, 0).length, progressSentences(true, 2)[1]], [1, "Stopping and cancelling what is open… 2 seconds."]);
  const affected = { grids_stopped: 0, strategies_stopped: 0, orders_cancelled: 1 };
  assert.equal(doneText({ state: "reduce_only", affected }), "Only what sells is taken now: 0 grids stopped, 1 order cancelled.");
});
