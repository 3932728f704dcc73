import "../../../page_in_node.js";
import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import { PageMemory, SessionStore } from "../../../../../templates/static/shared/session/session_store.js";
import { HeldServer, giveToken, signIn } from "../../../held_server.js";
import { settled, timerEnded } from "../../../settled.js";

const server = new HeldServer();
const { Session } = await import("../../../../../templates/static/shared/session/session.js");
const { Layouts } = await import("../../../../../templates/static/dashboard/chart/layouts/layouts.js");

const RETRY_AFTER = 20;
const UNREAD = "Your layouts couldn't be read: The server can't be reached. Trying again…";
const session = new Session({ store: new SessionStore(new PageMemory()) });
const looks = () => ({ interval: "1m", display: { type: "line", scale: "linear" }, compare: "", choice: [] });
const menu = /** @type {HTMLDetailsElement} */ (document.getElementById("display-menu"));
const note = () => document.getElementById("layout-note").textContent;
const listed = () => [...document.querySelectorAll("#layout-list .button")].map((button) => button.textContent);
const named = (...names) => ({ items: names.map((name, id) => ({ id, name, layout: {} })) });

before(async () => {
  new Layouts(session, /** @type {any} */ ({ looks, apply: () => undefined }), { retryAfter: RETRY_AFTER });
  await signIn(server, session, "ann");
  menu.open = true;
  await giveToken(server, "ann");
});
beforeEach(() => (menu.open = false));

test("layouts that aren't read yet are no empty list: it is said that they are awaited, couldn't be read, and are asked for again", async () => {
  (await server.asked("GET ")).answer(named("Old")); // the menu was closed meanwhile
  menu.open = true;
  assert.deepEqual([note(), listed()], ["Loading your layouts…", []]);
  (await server.asked("GET ")).fail();
  await settled();
  assert.equal(note(), UNREAD);
  (await server.asked("GET ")).answer(named("Calm"));
  await settled();
  assert.deepEqual([note(), listed()], ["", ["Calm"]]);
});

test("those that are known stay where they can't be read, and they are asked for again only while the menu is open", async () => {
  menu.open = true;
  (await server.asked("GET ")).fail();
  await settled();
  assert.deepEqual([note(), listed()], [UNREAD, ["Calm"]]);
  menu.open = false;
  await timerEnded(RETRY_AFTER);
  assert.equal(server.isAsked("GET "), false);
});

test("what was saved is said still once they are read", async () => {
  menu.open = true;
  (await server.asked("GET ")).answer(named("Calm"));
  await settled();
  /** @type {HTMLInputElement} */ (document.getElementById("layout-name")).value = "Wild";
  document.getElementById("layout-form").dispatchEvent(new document.defaultView.Event("submit", { cancelable: true }));
  (await server.asked("PUT ")).answer({});
  (await server.asked("GET ")).answer(named("Calm", "Wild"));
  await settled();
  assert.deepEqual([note(), listed()], ["Saved as Wild.", ["Calm", "Wild"]]);
});

test("what is saved under a name that there is, in any case, is said to be saved anew, and nothing without a name", async () => {
  menu.open = true;
  (await server.asked("GET ")).answer(named("Calm"));
  await settled();
  const save = (name) => {
    /** @type {HTMLInputElement} */ (document.getElementById("layout-name")).value = name;
    document.getElementById("layout-form").dispatchEvent(new document.defaultView.Event("submit", { cancelable: true }));
  };
  save(" ");
  assert.deepEqual([note(), server.isAsked("PUT ")], ["Name is required.", false]);
  await settled();
  save("calm");
  (await server.asked("PUT ")).answer({});
  (await server.asked("GET ")).answer(named("calm"));
  await settled();
  assert.equal(note(), "Saved anew as calm.");
});

test("a second Enter sends a layout no second time, and a name that is typed meanwhile stays", async () => {
  menu.open = true;
  (await server.asked("GET ")).answer(named());
  await settled();
  const field = /** @type {HTMLInputElement} */ (document.getElementById("layout-name"));
  const enter = () => document.getElementById("layout-form").dispatchEvent(new document.defaultView.Event("submit", { cancelable: true }));
  field.value = "Calm";
  enter();
  const sent = await server.asked("PUT ");
  enter();
  field.value = "Wild";
  await settled();
  assert.equal(server.isAsked("PUT "), false);
  sent.answer({});
  (await server.asked("GET ")).answer(named("Calm"));
  await settled();
  assert.deepEqual([note(), field.value], ["Saved as Calm.", "Wild"]);
});

test("nobody sees the layouts of who was here before", async () => {
  menu.open = true;
  const late = await server.asked("GET ");
  const field = /** @type {HTMLInputElement} */ (document.getElementById("layout-name"));
  field.value = "Secret";
  document.getElementById("layout-form").dispatchEvent(new document.defaultView.Event("submit", { cancelable: true }));
  const lateSave = await server.asked("PUT ");
  await signIn(server, session, "bob");
  await giveToken(server, "bob");
  assert.deepEqual([note(), listed()], ["Loading your layouts…", []]);
  (await server.asked("GET ")).answer(named("Mine"));
  lateSave.answer({});
  await settled();
  assert.deepEqual([note(), listed(), field.value], ["", ["Mine"], ""]);
  session.signOut().catch(() => undefined);
  await server.asked("POST token/refresh/"); // nobody answers it
  late.answer(named("Calm"));
  await settled();
  assert.deepEqual([note(), listed()], ["Sign in to keep layouts.", []]);
});
