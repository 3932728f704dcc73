import assert from "node:assert/strict";
import { after, test } from "node:test";
import { HeldServer, giveToken, signIn } from "../held_server.js";
import { addPart } from "../page_in_node.js";

const { AccessToken } = await import("../../../templates/static/shared/session/access_token.js");
const { Session } = await import("../../../templates/static/shared/session/session.js");
const { PageMemory, SessionStore } = await import("../../../templates/static/shared/session/session_store.js");
const { HistoryPanel } = await import("../../../templates/static/operations/history_panel.js");

addPart("../../operations/index.html");
const MINUTE = 60_000;
const server = new HeldServer();
const session = new Session({ store: new SessionStore(new PageMemory()) });
const access = new AccessToken(session);
const panel = new HistoryPanel(access);
const slider = document.getElementById("history-time");
await signIn(server, session, "operator");
const token = access.token(); // which is kept for a minute
await giveToken(server, "operator");
await token;
after(() => panel.clear());

/** What is shown of the time, and of the figure, whose values are the minutes since midnight. */
const seen = () => [document.getElementById("history-shown-time").textContent, document.querySelector(".history-value").textContent];

/** Read so many minutes from that one on. */
async function read(began, minutes, step = 1) {
  const loaded = panel.load();
  const first = Date.parse(began) / MINUTE;
  const values = Array.from({ length: minutes / step }, (_, place) => (first + place * step) % 1440);
  const series = [{ name: "connections", title: "Connections", unit: "count", summary: "greatest", values }];
  (await server.asked("GET history/")).answer({ began, step_seconds: step * 60, series });
  await loaded;
}

function choose(place) {
  slider.value = String(place);
  slider.dispatchEvent(new document.defaultView.Event("input"));
}

test("it follows the newest until a time is chosen, and keeps that as minutes go by and other hours are shown", async () => {
  await read("2026-11-26T01:00:00Z", 60);
  assert.deepEqual(seen(), ["01:59", "119"]);
  await read("2026-11-26T01:01:00Z", 60);
  assert.deepEqual(seen(), ["02:00", "120"]);
  choose(29);
  assert.deepEqual(seen(), ["01:30", "90"]);
  await read("2026-11-26T01:02:00Z", 60);
  assert.deepEqual(seen(), ["01:30", "90"]);
  await read("2026-11-26T00:00:00Z", 180, 5);
  assert.deepEqual(seen(), ["01:30", "90"]);
});

test("it shows the nearest where the chosen time isn't among those hours, and that time again where it is", async () => {
  await read("2026-11-26T01:35:00Z", 60);
  assert.deepEqual(seen(), ["01:35", "95"]);
  await read("2026-11-26T01:00:00Z", 120);
  assert.deepEqual(seen(), ["01:30", "90"]);
  choose(119);
  await read("2026-11-26T02:00:00Z", 120);
  assert.deepEqual(seen(), ["03:59", "239"]);
});

test("it tells the date where the hours are of two, to screen readers too", async () => {
  await read("2026-11-25T23:00:00Z", 120);
  choose(30);
  assert.equal(seen()[0], "2026-11-25 23:30");
  assert.equal(slider.getAttribute("aria-valuetext"), "2026-11-25 23:30");
  assert.equal(document.getElementById("history-shown-time").title, "2026-11-25 23:30:00 UTC");
  choose(90);
  assert.equal(seen()[0], "2026-11-26 00:30");
});
