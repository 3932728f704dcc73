import assert from "node:assert/strict";
import { test } from "node:test";
import { addPart } from "../../page_in_node.js";
import { AccessToken } from "../../../../templates/static/shared/session/access_token.js";
import { UserRequests } from "../../../../templates/static/shared/session/user_requests.js";
import { Session } from "../../../../templates/static/shared/session/session.js";
import { PageMemory, SessionStore } from "../../../../templates/static/shared/session/session_store.js";
import { HeldServer, giveToken, signIn } from "../../held_server.js";
import { settled } from "../../settled.js";

const { ChannelResults } = await import("../../../../templates/static/dashboard/notifications/channel_results.js");

addPart("preferences.html");
const server = new HeldServer();
const session = new Session({ store: new SessionStore(new PageMemory()) });
const results = new ChannelResults(new UserRequests(new AccessToken(session), "/api/v1/notifications/"), "webhook");

const byId = (id) => document.getElementById(id);
const lines = () => [...document.querySelectorAll("#webhook-results .result-text")].map(({ textContent }) => textContent);
const result = (fields) => ({ title: "A", state: "sent", reason: null, time: "2026-11-20T22:00:00.000Z", took_ms: 84, due: null, ...fields });
const due = "2026-11-20T22:00:07.000Z";

test("it says of each notification how it went, and how long that took", async () => {
  await signIn(server, session, "ann");
  const loaded = results.load(true);
  await giveToken(server, "ann");
  const failed = { state: "waiting", reason: "it answered 500", due };
  const dead = { state: "dead", reason: "it is gone", took_ms: 15 };
  const held = { state: "waiting", time: null, took_ms: null, due };
  const items = [result({}), result(failed), result(dead), result(held), result({ ...held, reason: "over the cap" })];
  (await server.asked("GET channels/results/")).answer({ items });
  await loaded;
  assert.deepEqual(lines(), [
    "A: sent in 84 ms",
    "A: failed in 84 ms: it answered 500; again at 22:00:07 UTC",
    "A: failed for good in 15 ms: it is gone",
    "A: waits until 22:00:07 UTC",
    "A: waits until 22:00:07 UTC: over the cap",
  ]);
  assert.equal(byId("webhook-test").hidden, false);
});

test("it asks until a test is sent, and no longer", async () => {
  byId("webhook-test").click();
  const post = await server.asked("POST channels/test/");
  assert.deepEqual(post.body, { channel: "webhook" });
  post.answer({}, 202);
  (await server.asked("GET channels/results/")).answer({ items: [result({ state: "sending", time: null })] });
  (await server.asked("GET channels/results/")).answer({ items: [result({ title: "A test" })] });
  await settled();
  assert.deepEqual(lines(), ["A test: sent in 84 ms"]);
});

test("it says why no test is sent", async () => {
  byId("webhook-test").click();
  (await server.asked("POST channels/test/")).answer({ error: { code: "CONFLICT", message: "It is switched off" } }, 409);
  await settled();
  assert.equal(byId("webhook-test-problem").textContent, "It is switched off.");
});

test("it shows nobody the results of who was here before", async () => {
  const loaded = results.load(true);
  const late = await server.asked("GET channels/results/");
  results.clear();
  late.answer({ items: [result({})] });
  await loaded;
  assert.deepEqual([lines(), byId("webhook-test").hidden], [[], true]);
});
