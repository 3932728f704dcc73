import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { HeldServer, giveToken, signIn } from "../../held_server.js";
import { addPart } from "../../page_in_node.js";
import { settled } from "../../settled.js";

const { Session } = await import("../../../../templates/static/shared/session/session.js");
const { PageMemory, SessionStore } = await import("../../../../templates/static/shared/session/session_store.js");
const { TwoFactorDialog } = await import("../../../../templates/static/shared/account/two_factor_dialog.js");

addPart("../../shared/two_factor.html");
globalThis.FormData = /** @type {any} */ (document.defaultView.FormData);
const server = new HeldServer();
const session = new Session({ store: new SessionStore(new PageMemory()) });
const dialog = new TwoFactorDialog(session, { ask: () => assert.fail("no codes are in sight") });
const byId = (id) => document.getElementById(id);
const codes = () => (byId("two-factor-dialog").open ? [...byId("two-factor-codes").children].map(({ textContent }) => textContent) : null);
const [STATE, CONFIRM] = ["GET two-factor/", "POST two-factor/confirm/"];

afterEach(() => {
  byId("two-factor-codes").hidden = true; // else the session asks anew who is signed in
  byId("two-factor-dialog").close();
});

/** Let somebody ask to turn it on, and close the dialog before that is answered. @returns what the server was asked */
async function closedEarly(username) {
  await signIn(server, session, username);
  const opened = dialog.open();
  await giveToken(server, username);
  (await server.asked(STATE)).answer({ enabled: false });
  await opened;
  byId("two-factor-confirm").dispatchEvent(new document.defaultView.Event("submit", { cancelable: true }));
  await giveToken(server, username);
  const confirming = await server.asked(CONFIRM);
  byId("two-factor-close").click();
  assert.equal(codes(), null);
  return confirming;
}

const on = (username) => ({ access: username, refresh: `${username} again`, recovery_codes: ["aaaa", "bbbb"] });

test("recovery codes, which are told once, open the dialog that was closed before they came", async () => {
  (await closedEarly("ann")).answer(on("ann"));
  await settled();
  assert.deepEqual(codes(), ["aaaa", "bbbb"]);
});

test("they stay in sight where the dialog was opened again before they came", async () => {
  const confirming = await closedEarly("bob");
  const opened = dialog.open();
  confirming.answer(on("bob"));
  await giveToken(server, "bob");
  (await server.asked(STATE)).answer({ enabled: true, recovery_codes_left: 2 });
  await opened;
  assert.deepEqual(codes(), ["aaaa", "bbbb"]);
});

test("they are shown to nobody else who has come meanwhile", async () => {
  const confirming = await closedEarly("cid");
  session.signOut().catch(() => undefined);
  await settled();
  confirming.answer(on("cid"));
  await settled();
  assert.deepEqual([codes(), byId("two-factor-codes").children.length], [null, 0]);
});
