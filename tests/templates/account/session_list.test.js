import "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";

document.body.insertAdjacentHTML("beforeend", `<section id="sessions"></section><ul id="session-list"></ul><p id="sessions-note"></p><button id="sessions-end-others"></button>`);
const { SessionList } = await import("../../../templates/static/account/session_list.js");

const LOGIN = { id: 1, client: "Firefox", address: "127.0.0.1", current: false, begun: "2026-01-01T00:00:00Z", last_used: "2026-01-01T00:00:00Z" };

test("a row that is read again keeps the focus, and its session is asked about as it was read last", async () => {
  const [answers, asked] = [[[LOGIN], [{ ...LOGIN, address: "127.0.0.2" }]], []];
  const session = { ask: async () => ({ items: answers.shift() }) };
  const list = new SessionList(/** @type {any} */ (session), /** @type {any} */ ({ ask: (question) => asked.push(question) }));
  await list.load();
  const end = /** @type {any} */ (document.querySelector("#session-list button"));
  end.focus();
  await list.load();
  assert.equal(document.activeElement, end);
  assert.match(document.getElementById("session-list").textContent, /127\.0\.0\.2/);
  end.click();
  assert.match(asked[0].says.join(" "), /127\.0\.0\.2/);
});
