import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldServer, signIn } from "../../held_server.js";
import { addPart } from "../../page_in_node.js";

const { Session } = await import("../../../../templates/static/shared/session/session.js");
const { PageMemory, SessionStore } = await import("../../../../templates/static/shared/session/session_store.js");
const { startAccountSecurity } = await import("../../../../templates/static/shared/account/account_security.js");

for (const part of ["account.html", "account_security.html", "password_and_code.html"]) addPart(`../../shared/${part}`);
const server = new HeldServer();
const session = new Session({ store: new SessionStore(new PageMemory()) });
startAccountSecurity(session);

const note = () => (document.getElementById("address-note").hidden ? "" : document.getElementById("address-note-text").textContent);

/** Ask for a new user, as the form does. */
async function register(username, answer, status) {
  document.getElementById("register-form").dispatchEvent(new document.defaultView.Event("submit"));
  const registering = session.register({ username, email: `${username}@example.org`, password: username });
  (await server.asked("POST register/")).answer(answer, status);
  return registering;
}

test("it tells who has registered where the mail went, as soon as they are signed in, once", async () => {
  await register("ann", { user_id: "user-ann", username: "ann" }, 201);
  assert.equal(note(), "");
  await signIn(server, session, "ann", { email: "ann@example.org", email_confirmed: false });
  assert.match(note(), /a mail was sent to ann@example\.org/);
  await signIn(server, session, "ann", { email: "ann@example.org", email_confirmed: false });
  assert.equal(note(), "");
});

test("it tells nobody so who signs in after a registration that was refused, or another's", async () => {
  await assert.rejects(register("bob", { error: { code: "invalid", message: "This name is taken" } }, 400), { message: "This name is taken" });
  await signIn(server, session, "bob", { email: "bob@example.org", email_confirmed: false });
  assert.equal(note(), "");
  await register("cid", { user_id: "user-cid", username: "cid" }, 201);
  await signIn(server, session, "dan", { email: "dan@example.org", email_confirmed: false });
  assert.equal(note(), "");
});
