import assert from "node:assert/strict";
import { test } from "node:test";
import "../../page_in_node.js";

const { mayBeOld } = await import("../../../../templates/static/dashboard/market_data/price_doubt.js");

const LIVE = { connection: "live", feed: "", exchange: "live" };

test("prices are new only over a live connection, of a feed that nobody doubts and an exchange that speaks", () => {
  for (const state of [LIVE, { ...LIVE, exchange: "simulated" }, { connection: "live" }]) assert.equal(mayBeOld(state), false);
  const causes = [{ connection: "reconnecting" }, { feed: "offline" }, { feed: "silent" }, { exchange: "stale" }, { exchange: "down" }];
  for (const cause of causes) assert.equal(mayBeOld({ ...LIVE, ...cause }), true, JSON.stringify(cause));
});
