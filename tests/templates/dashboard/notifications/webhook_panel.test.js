import assert from "node:assert/strict";
import { test } from "node:test";
import { addPart } from "../../page_in_node.js";
import { AccessToken } from "../../../../templates/static/shared/session/access_token.js";
import { UserRequests } from "../../../../templates/static/shared/session/user_requests.js";
import { Session } from "../../../../templates/static/shared/session/session.js";
import { PageMemory, SessionStore } from "../../../../templates/static/shared/session/session_store.js";
import { HeldServer, giveToken, signIn } from "../../held_server.js";
import { settled } from "../../settled.js";

const { WebhookPanel } = await import("../../../../templates/static/dashboard/notifications/webhook_panel.js");

addPart("preferences.html");
const server = new HeldServer();
const session = new Session({ store: new SessionStore(new PageMemory()) });
const requests = new UserRequests(new AccessToken(session), "/api/v1/notifications/");
const questions = [];
const panel = new WebhookPanel(requests, { ask: (question) => questions.push(question) }, () => undefined);
session.addEventListener("change", () => panel.clear());

const byId = (id) => document.getElementById(id);
const shown = () => ({
  url: byId("webhook-url").value,
  secret: byId("webhook-secret").hidden ? null : byId("webhook-secret-text").textContent,
  mayRemove: !byId("webhook-remove").hidden,
});

function type(url) {
  byId("webhook-url").value = url;
  byId("webhook-url").dispatchEvent(new document.defaultView.Event("input"));
}

/** Save what is typed, and answer once the test says so. */
async function saved() {
  byId("webhook-form").dispatchEvent(new document.defaultView.Event("submit"));
  return server.asked("PUT webhook/");
}

test("it shows nobody the secret of who was here before", async () => {
  await signIn(server, session, "ann");
  type("https://ann.example/hook");
  const saving = saved();
  await giveToken(server, "ann");
  (await saving).answer({ url: "https://ann.example/hook", secret: "ann's" });
  await settled();
  assert.deepEqual(shown(), { url: "https://ann.example/hook", secret: "ann's", mayRemove: true });
  const late = await saved();
  session.signOut().catch(() => undefined);
  await server.asked("POST token/refresh/"); // nobody answers it
  assert.deepEqual([shown(), byId("webhook-secret-text").textContent], [{ url: "", secret: null, mayRemove: false }, ""]);
  await signIn(server, session, "bob");
  late.answer({ url: "https://ann.example/hook", secret: "ann's" });
  await settled();
  assert.deepEqual(shown(), { url: "", secret: null, mayRemove: false });
});

test("it shows everything but the address where its reader types meanwhile", async () => {
  await signIn(server, session, "cid");
  const loaded = panel.load();
  await giveToken(server, "cid");
  const asked = await server.asked("GET webhook/");
  type("https://cid.example/new");
  asked.answer({ url: "https://cid.example/old" });
  await loaded;
  assert.deepEqual(shown(), { url: "https://cid.example/new", secret: null, mayRemove: true });
});

test("it keeps a secret in sight that is told while it asks anew", async () => {
  await signIn(server, session, "dan");
  type("https://dan.example/hook");
  const saving = saved();
  await giveToken(server, "dan");
  const put = await saving;
  const loaded = panel.load();
  const get = await server.asked("GET webhook/");
  put.answer({ url: "https://dan.example/hook", secret: "dan's" });
  await settled();
  get.answer({ url: null });
  await loaded;
  assert.deepEqual(shown(), { url: "https://dan.example/hook", secret: "dan's", mayRemove: true });
});

test("it asks before it makes a new secret, and saves no address by it that is half typed", async () => {
  await signIn(server, session, "eve");
  const loaded = panel.load();
  await giveToken(server, "eve");
  (await server.asked("GET webhook/")).answer({ url: "https://eve.example/hook" });
  await loaded;
  type("https://eve.exa");
  byId("webhook-new-secret").click();
  assert.deepEqual([questions.length, server.isAsked("PUT webhook/")], [1, false]);
  const agreed = questions[0].act();
  const put = await server.asked("PUT webhook/");
  assert.deepEqual(put.body, { url: "https://eve.example/hook", new_secret: true });
  put.answer({ url: "https://eve.example/hook", secret: "eve's" });
  await agreed;
  assert.deepEqual(shown(), { url: "https://eve.exa", secret: "eve's", mayRemove: true });
  assert.equal(panel.typed, "https://eve.exa");
});

test("a secret stays in sight where the address is saved once more, and nothing is saved twice by a double click", async () => {
  await signIn(server, session, "fay");
  type("https://fay.example/hook");
  const saving = saved();
  await giveToken(server, "fay");
  const first = await saving;
  byId("webhook-form").dispatchEvent(new document.defaultView.Event("submit"));
  await settled();
  assert.equal(server.isAsked("PUT webhook/"), false, "the first one isn't answered yet");
  first.answer({ url: "https://fay.example/hook", secret: "fay's" });
  await settled();
  (await saved()).answer({ url: "https://fay.example/hook", secret: null });
  await settled();
  assert.deepEqual(shown(), { url: "https://fay.example/hook", secret: "fay's", mayRemove: true });
  type("https://fay.example/other");
  (await saved()).answer({ url: "https://fay.example/other", secret: null });
  await settled();
  assert.deepEqual(shown(), { url: "https://fay.example/other", secret: "fay's", mayRemove: true });
  byId("webhook-remove").click();
  (await server.asked("DELETE webhook/")).answer({});
  await settled();
  assert.deepEqual([shown(), byId("webhook-secret-text").textContent], [{ url: "", secret: null, mayRemove: false }, ""]);
});
