import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldServer, giveToken, signIn } from "../../held_server.js";
import { addPart } from "../../page_in_node.js";
import { settled } from "../../settled.js";

const { Session } = await import("../../../../templates/static/shared/session/session.js");
const { startZoneChoice } = await import("../../../../templates/static/shared/time_zone/zone_choice.js");
const { deviceZone, keepChoice, keptChoice } = await import("../../../../templates/static/shared/time_zone/shown_zone.js");

const [ASKED_TO_TELL, TOLD] = ["POST token/refresh/", "PUT time-zone/"];
const NOTHING_KEPT = { read: () => null, write: () => undefined, clear: () => undefined, watch: () => undefined };

/** Begin the page anew. @returns {HTMLSelectElement} */
function begin(session) {
  document.querySelector(".zone")?.remove();
  addPart("../../shared/time_zone.html");
  startZoneChoice(session, { ask: () => assert.fail("nothing is typed") });
  return /** @type {HTMLSelectElement} */ (document.getElementById("time-zone"));
}

test("the focus that passes changes nothing that another tab has chosen since, and a choice of the same loads the page in it", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  new HeldServer();
  let reloads = 0;
  Object.assign(location, { reload: () => (reloads += 1) });
  const choices = begin(new Session({ store: NOTHING_KEPT }));
  const { Event } = document.defaultView;
  const pass = () => ["focus", "blur"].forEach((kind) => choices.dispatchEvent(new Event(kind)));
  for (const chosen of ["UTC", "Asia/Tokyo"]) {
    keepChoice(chosen); // as the other tab does
    pass();
    assert.deepEqual([keptChoice(), choices.value, reloads], [chosen, "local", 0]);
  }
  choices.value = "Asia/Tokyo";
  choices.dispatchEvent(new Event("change"));
  await settled();
  assert.deepEqual([keptChoice(), choices.value, reloads], ["Asia/Tokyo", "Asia/Tokyo", 1]);
  keepChoice("local");
});

test("a zone that is chosen, by a key with Enter, is told once the server has heard of the device's, and the page waits for both", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const server = new HeldServer();
  const reloaded = new Promise((reload) => Object.assign(location, { reload: () => reload("reloaded") }));
  const session = new Session({ store: NOTHING_KEPT });
  const choices = begin(session);
  await signIn(server, session, "somebody", { time_zone: "", device_time_zone: "" });
  await giveToken(server, "somebody");
  const first = await server.asked(TOLD);
  assert.deepEqual(first.body, { time_zone: "", device_time_zone: deviceZone() });
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
