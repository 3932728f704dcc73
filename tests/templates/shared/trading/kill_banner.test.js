import { addPart } from "../../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { until } from "../../../../clients/javascript/tests/waiting.js";
import { HeldServer } from "../../held_server.js";
import { settled, timerEnded } from "../../settled.js";

addPart("../../shared/kill_banner.html");
const { KillBanner } = await import("../../../../templates/static/shared/trading/kill_switch/kill_banner.js");
const { TradingRequests } = await import("../../../../templates/static/shared/trading/trading_requests.js");

const RETRY_AFTER = 20;
const REDUCED = { state: "reduce_only", global: "active", user: "reduce_only" };
const HALTED = { state: "halted", global: "active", user: "halted" };
const UNAVAILABLE = { error: { code: "UNAVAILABLE", message: "The database is away" } };
const ASKED = "GET kill-switch/";
const shown = () => (document.getElementById("kill-banner").hidden ? "" : document.getElementById("kill-text").textContent);

let server;
let banner;
let told;
beforeEach(() => {
  server = new HeldServer();
  told = [];
  const requests = new TradingRequests(/** @type {any} */ ({ token: async () => "ann" }));
  banner = new KillBanner(requests, /** @type {any} */ (null), { told: (state) => told.push(state?.state ?? null), retryAfter: RETRY_AFTER });
});

test("how it stands is asked for again where it could not be read, until it is known", async () => {
  banner.load();
  for (let failures = 0; failures < 2; failures += 1) {
    (await server.asked(ASKED)).answer(UNAVAILABLE, 503);
    await until(() => shown() !== "");
    assert.equal(shown(), "How your kill switch stands isn't known: The database is away. Trying again…");
  }
  (await server.asked(ASKED)).answer(HALTED);
  await timerEnded(RETRY_AFTER);
  assert.match(shown(), /^Trading is halted/);
  assert.deepEqual([told, server.isAsked(ASKED)], [["halted"], false]);
});

test("of two answers the one to the newer question counts, in whatever order they come", async () => {
  banner.load();
  const older = await server.asked(ASKED);
  banner.load(); // it was thrown meanwhile
  (await server.asked(ASKED)).answer(HALTED);
  await settled();
  older.answer(REDUCED);
  await settled();
  assert.deepEqual([told, /^Trading is halted/.test(shown())], [["halted"], true]);
});

test("a failure is tried again by one timer, and for nobody who has gone", async () => {
  banner.load();
  (await server.asked(ASKED)).answer(UNAVAILABLE, 503);
  await settled();
  banner.load();
  (await server.asked(ASKED)).answer(UNAVAILABLE, 503);
  await timerEnded(RETRY_AFTER);
  await server.asked(ASKED);
  assert.equal(server.isAsked(ASKED), false);
  banner.load();
  (await server.asked(ASKED)).answer(UNAVAILABLE, 503);
  await settled();
  banner.forget();
  await timerEnded(RETRY_AFTER);
  assert.deepEqual([server.isAsked(ASKED), shown()], [false, ""]);
});
