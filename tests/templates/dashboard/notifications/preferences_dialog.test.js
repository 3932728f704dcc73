import assert from "node:assert/strict";
import { test } from "node:test";
import { addPart } from "../../page_in_node.js";
import { settled } from "../../settled.js";

addPart("preferences.html");
const { PreferencesDialog } = await import("../../../../templates/static/dashboard/notifications/preferences_dialog.js");

Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
const SWITCHES = { digest: false, escalate: false, sound: false, vibration: false };
const STORED = { kinds: {}, chosen: [], critical: [], quiet_hours: null, switched_off: [], ...SWITCHES };
/** What was asked and isn't answered yet, oldest first. */
const asked = [];
const client = { command: (name, given) => new Promise((answer) => asked.push({ name, given, answer: (preferences) => answer({ ...STORED, ...preferences }) })) };
const questions = [];
const dialog = new PreferencesDialog(/** @type {any} */ (client), [], { ask: (question) => questions.push(question) }, () => undefined);
const byId = (id) => document.getElementById(id);
const switches = () => [byId("preferences-digest").checked, byId("preferences-sound").checked];
const save = () => byId("preferences-form").dispatchEvent(new document.defaultView.Event("submit", { cancelable: true }));

test("what is changed while the server saves stays, is saved next, and isn't thrown away unasked", async () => {
  dialog.open();
  asked.shift().answer({});
  await settled();
  byId("preferences-digest").checked = true;
  save();
  byId("preferences-sound").checked = true;
  asked.shift().answer({ digest: true });
  await settled();
  assert.deepEqual([switches(), byId("preferences-said").textContent], [[true, true], "Saved."]);
  byId("preferences-close").click();
  assert.equal(questions.length, 1);
  save();
  const { given, answer } = asked.shift();
  assert.deepEqual([given.digest, given.sound], [true, true]);
  answer({ digest: true, sound: true });
  await settled();
  byId("preferences-close").click();
  assert.deepEqual([questions.length, byId("preferences").open], [1, false]);
});
