import assert from "node:assert/strict";
import { test } from "node:test";
import { AccessToken } from "../../../../templates/static/shared/session/access_token.js";
import { UserRequests } from "../../../../templates/static/shared/session/user_requests.js";
import { Session } from "../../../../templates/static/shared/session/session.js";
import { PageMemory, SessionStore } from "../../../../templates/static/shared/session/session_store.js";
import { HeldServer, giveToken, signIn } from "../../held_server.js";

function stage() {
  const server = new HeldServer();
  const session = new Session({ store: new SessionStore(new PageMemory()) });
  return { server, session, requests: new UserRequests(new AccessToken(session), "/api/v1/notifications/") };
}

test("it asks as whoever is signed in, with one token for all", async () => {
  const { server, session, requests } = stage();
  await signIn(server, session, "ann");
  const both = [requests.get("webhook/"), requests.get("push/")];
  await giveToken(server, "ann");
  for (const name of ["GET webhook/", "GET push/"]) {
    const asked = await server.asked(name);
    assert.equal(asked.as, "ann");
    asked.answer({});
  }
  assert.deepEqual(await Promise.all(both), [{}, {}]);
  assert.equal(server.isAsked("POST token/refresh/"), false);
});

test("it sends nothing of one user's as the next one, though the token comes late", async () => {
  const { server, session, requests } = stage();
  await signIn(server, session, "ann");
  const saved = requests.put("webhook/", { url: "https://ann.example/hook" });
  const refused = assert.rejects(saved, { name: "SessionError", code: "signed_out" });
  const late = await server.asked("POST token/refresh/");
  session.signOut().catch(() => undefined); // nobody answers it
  await server.asked("POST token/refresh/");
  await signIn(server, session, "bob");
  late.answer({ access: "ann" });
  await giveToken(server, "bob");
  await refused;
  assert.equal(server.isAsked("PUT webhook/"), false);
  const next = requests.get("webhook/");
  await giveToken(server, "bob");
  const asked = await server.asked("GET webhook/");
  asked.answer({ url: null });
  assert.deepEqual([asked.as, await next], ["bob", { url: null }]);
});
