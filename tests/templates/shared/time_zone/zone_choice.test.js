import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldServer, giveToken, signIn } from "../../held_server.js";
import { addPart } from "../../page_in_node.js";
import { settled } from "../../settled.js";

const { Session } = await import("../../../../templates/static/shared/session/session.js");
const { startZoneChoice } = await import("../../../../templates/static/shared/time_zone/zone_choice.js");
const { deviceZone, keptChoice } = await import("../../../../templates/static/shared/time_zone/shown_zone.js");

const [ASKED_TO_TELL, TOLD] = ["POST token/refresh/", "PUT time-zone/"];
const NOTHING_KEPT = { read: () => null, write: () => undefined, clear: () => undefined, watch: () => undefined };

test("a zone that is chosen, by a key with Enter, is told once the server has heard of the device's, and the page waits for both", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  addPart("../../shared/time_zone.html");
  const server = new HeldServer();
  const reloaded = new Promise((reload) => Object.assign(location, { reload: () => reload("reloaded") }));
  const session = new Session({ store: NOTHING_KEPT });
  startZoneChoice(session, { ask: () => assert.fail("nothing is typed") });
  await signIn(server, session, "somebody", { time_zone: "", device_time_zone: "" });
  await giveToken(server, "somebody");
  const first = await server.asked(TOLD);
  assert.deepEqual(first.body, { time_zone: "", device_time_zone: deviceZone() });
  const choices = /** @type {HTMLSelectElement} */ (document.getElementById("time-zone"));
  choices.value = "UTC";
  const { Event, KeyboardEvent } = document.defaultView;
  const press = (/** @type {string} */ key) => choices.dispatchEvent(new KeyboardEvent("keydown", { key }));
  press("ArrowDown");
  choices.dispatchEvent(new Event("change"));
  assert.equal(keptChoice(), "local", "the next arrow may choose another");
  press("Enter");
  assert.equal(keptChoice(), "UTC");
  await settled();
  assert.equal(server.isAsked(ASKED_TO_TELL), false);
  first.answer({});
  await giveToken(server, "somebody");
  const second = await server.asked(TOLD);
  assert.equal(second.body.time_zone, "UTC");
  second.answer({});
  assert.equal(await reloaded, "reloaded");
});
