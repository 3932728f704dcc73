import assert from "node:assert/strict";
import { after, test } from "node:test";
import "../page_in_node.js";

const { showIn } = await import("../../../templates/static/shared/time_zone/shown_zone.js");
const { connectionRow } = await import("../../../templates/static/operations/connections/connection_row.js");

const CONNECTION = {
  ...{ id: "c1", user: "ada", address: "127.0.0.1", dialect: "json", gateway: "g1", since: "2026-11-25T23:12:05Z" },
  ...{ subscriptions: 1_200, sent: 3, waiting_bytes: 0, latency_ms: 1.5 },
};

after(() => showIn("UTC"));

test("it tells since when a connection is in the page's zone, and follows where that is another", () => {
  const row = connectionRow(/** @type {any} */ (CONNECTION), () => undefined);
  document.body.append(row.element);
  row.show(/** @type {any} */ (CONNECTION));
  const time = row.element.querySelector("[data-label=Since] time");
  const seen = () => [time.textContent, time.getAttribute("title"), time.getAttribute("datetime")];
  assert.deepEqual(seen(), ["2026-11-25 23:12:05", "2026-11-25 23:12:05 UTC", "2026-11-25T23:12:05.000Z"]);
  showIn("Asia/Tokyo");
  document.dispatchEvent(new document.defaultView.CustomEvent("zonechange"));
  assert.deepEqual(seen(), ["2026-11-26 08:12:05", "2026-11-26 08:12:05 UTC+9 · 2026-11-25 23:12:05 UTC", "2026-11-25T23:12:05.000Z"]);
  const numbers = [...row.element.querySelectorAll(".number")].map((cell) => cell.textContent);
  assert.deepEqual(numbers.slice(0, 2), ["1,200", "3"]);
});
