import "../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { until } from "../../../clients/javascript/tests/waiting.js";
import { settled, timerEnded } from "../settled.js";

document.body.insertAdjacentHTML(
  "beforeend",
  `<b id="kill-level"></b><p id="kill-standing"></p><p id="kill-last"></p>
  <button id="kill-active"></button><button id="kill-reduce"></button><button id="kill-halt"></button>`,
);
const { PlatformKillSwitch } = await import("../../../templates/static/operations/platform_kill_switch.js");

const RETRY_AFTER = 10;
const level = () => document.getElementById("kill-level").textContent;
const refusal = () => Object.assign(new Error("The server can't be reached"), { code: "unreachable" });

let asked;
let killSwitch;
beforeEach(() => {
  asked = [];
  const requests = { killSwitch: () => new Promise((resolve, reject) => asked.push({ resolve, reject })) };
  const dialog = { close: () => undefined };
  const session = { user: { is_superuser: true } };
  killSwitch = new PlatformKillSwitch(.../** @type {any} */ ([requests, dialog, session]), { retryAfter: RETRY_AFTER });
});

test("of two answers that overtake each other the one to the last question counts", async () => {
  killSwitch.load();
  killSwitch.load();
  asked[1].resolve({ global: "halted" });
  asked[0].resolve({ global: "active" });
  await settled();
  assert.equal(level(), "halted");
});

test("what couldn't be read is asked for again until it was, or somebody else has come", async () => {
  killSwitch.load();
  asked[0].reject(refusal());
  await until(() => asked.length === 2);
  assert.match(document.getElementById("kill-standing").textContent, /^How it stands isn't known: .*Trying again…$/);
  asked[1].resolve({ global: "reduce_only" });
  await until(() => level() === "reduce only");
  killSwitch.load();
  asked[2].reject(refusal());
  await until(() => document.getElementById("kill-standing").textContent.endsWith("again…"));
  killSwitch.clear();
  await timerEnded(RETRY_AFTER);
  assert.deepEqual([asked.length, level()], [3, "–"]);
});
