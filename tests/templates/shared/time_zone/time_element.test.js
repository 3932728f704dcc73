import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import "../../page_in_node.js";

const { formatTime } = await import("../../../../templates/static/shared/format.js");
const { withUtc } = await import("../../../../templates/static/shared/moments.js");
const { showIn } = await import("../../../../templates/static/shared/time_zone/shown_zone.js");
const { showTime, timeElement } = await import("../../../../templates/static/shared/time_zone/time_element.js");

const LATE = Date.parse("2026-11-25T23:12:05Z");
const seen = (/** @type {HTMLElement} */ node) => [node.textContent, node.getAttribute("title"), node.getAttribute("datetime")];

beforeEach(() => showIn("Europe/Berlin"));
afterEach(() => showIn("UTC"));

test("a time tells UTC beside the zone that is shown, to who points at it and to programs", () => {
  const told = ["2026-11-26 00:12:05 UTC+1 · 2026-11-25 23:12:05 UTC", "2026-11-25T23:12:05.000Z"];
  assert.deepEqual(seen(timeElement(LATE)), ["2026-11-26 00:12:05", ...told]);
  assert.deepEqual(seen(timeElement("2026-11-25T23:12:05Z", formatTime)), ["00:12:05", ...told]);
  assert.equal(withUtc("00:12", LATE), "00:12 · 2026-11-25 23:12 UTC");
  showIn("UTC");
  assert.deepEqual(seen(timeElement(LATE)).slice(0, 2), ["2026-11-25 23:12:05", "2026-11-25 23:12:05 UTC"]);
  assert.equal(withUtc("23:12", LATE), "23:12");
});

test("times of a column have one shape: a whole minute has its seconds, too", () => {
  assert.equal(timeElement("2026-11-25T23:12:00Z").textContent, "2026-11-26 00:12:00");
});

test("none tells nothing, nor what was shown before", () => {
  const node = timeElement(LATE);
  showTime(node, null);
  assert.deepEqual(seen(node), ["–", null, null]);
});

test("times that are shown follow where another zone is", () => {
  const node = timeElement(LATE);
  document.body.append(node);
  showIn("Asia/Tokyo");
  document.dispatchEvent(new document.defaultView.CustomEvent("zonechange"));
  assert.deepEqual(seen(node).slice(0, 2), ["2026-11-26 08:12:05", "2026-11-26 08:12:05 UTC+9 · 2026-11-25 23:12:05 UTC"]);
  node.remove();
});
