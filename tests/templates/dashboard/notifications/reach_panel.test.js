import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SessionError } from "../../../../templates/static/shared/session/session_requests.js";
import { addPart } from "../../page_in_node.js";
import { settled } from "../../settled.js";

addPart("preferences.html");
const { ReachPanel } = await import("../../../../templates/static/dashboard/notifications/reach_panel.js");

/** What was asked for and isn't answered yet, oldest first. */
let asked = [];
const requests = /** @type {any} */ ({ get: () => new Promise((resolve, refuse) => asked.push({ resolve, refuse })) });
const panel = new ReachPanel(requests);
const choice = document.createElement("td");
choice.dataset.channel = "ntfy";
document.getElementById("preferences").append(choice);

const reach = (/** @type {string | null} */ target) => ({ items: [{ channel: "ntfy", available: target !== null, reason: null, target, switched_off: null }] });
const shown = () => [choice.hidden, document.getElementById("reach-list").textContent];

beforeEach(() => {
  [asked, choice.hidden] = [[], true];
  panel.clear();
});

test("a service that has an address is offered, and one that has none isn't", async () => {
  panel.load();
  asked[0].resolve(reach("ntfy.sh/…"));
  await settled();
  assert.deepEqual(shown(), [false, "ntfyntfy.sh/…"]);
  panel.load();
  asked[1].resolve(reach(null));
  await settled();
  assert.deepEqual(shown(), [true, ""]);
});

test("an answer of before offers nothing, and takes nothing away, once another is there or nobody is", async () => {
  panel.load();
  panel.load();
  asked[1].resolve(reach("ntfy.sh/…"));
  await settled();
  asked[0].resolve(reach(null));
  await settled();
  assert.deepEqual(shown(), [false, "ntfyntfy.sh/…"]);
  choice.hidden = true;
  panel.load();
  panel.clear();
  asked[2].resolve(reach("ntfy.sh/…"));
  await settled();
  assert.deepEqual(shown(), [true, ""]);
});

test("it says why it can't be told", async () => {
  panel.load();
  asked[0].refuse(new SessionError("The server can't be reached", { code: "unreachable" }));
  await settled();
  assert.deepEqual(shown(), [true, "The server can't be reached."]);
});
