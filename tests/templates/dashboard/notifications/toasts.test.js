import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import "../../page_in_node.js";

const { Toasts } = await import("../../../../templates/static/dashboard/notifications/toasts.js");

const SHOWN_MILLISECONDS = 9_000;
mock.timers.enable({ apis: ["setTimeout"] });
const toasts = new Toasts();
const shown = (role) => [...document.querySelectorAll(`[role=${role}] .toast strong`)].map(({ textContent }) => textContent);
const happen = (kind) => document.querySelector(".toast").dispatchEvent(new document.defaultView.Event(kind));

beforeEach(() => toasts.clear());

test("it takes a toast away after nine seconds", () => {
  toasts.show({ title: "Mild" });
  mock.timers.tick(SHOWN_MILLISECONDS - 1);
  assert.deepEqual(shown("status"), ["Mild"]);
  mock.timers.tick(1);
  assert.deepEqual(shown("status"), []);
});

test("it leaves what is critical until it is dismissed, whatever goes before", () => {
  let dismissed = 0;
  toasts.show({ title: "Grave", severity: "critical", dismissed: () => (dismissed += 1) });
  toasts.show({ title: "Mild" });
  mock.timers.tick(10 * SHOWN_MILLISECONDS);
  assert.deepEqual([shown("alert"), shown("status"), dismissed], [["Grave"], [], 0]);
  document.querySelector("[role=alert] button").click();
  assert.deepEqual([shown("alert"), dismissed], [[], 1]);
});

for (const [comes, goes] of [["pointerenter", "pointerleave"], ["focusin", "focusout"]]) {
  test(`it lets the time stand still from ${comes} to ${goes}`, () => {
    toasts.show({ title: "Mild" });
    happen(comes);
    mock.timers.tick(10 * SHOWN_MILLISECONDS);
    assert.deepEqual(shown("status"), ["Mild"]);
    happen(goes);
    mock.timers.tick(SHOWN_MILLISECONDS);
    assert.deepEqual(shown("status"), []);
  });
}

test("it shows at most three, and lets those that go by themselves give way to what is critical", () => {
  for (const title of ["1", "2", "3", "4"]) toasts.show({ title });
  assert.deepEqual(shown("status"), ["2", "3", "4"]);
  toasts.show({ title: "Grave", severity: "critical" });
  assert.deepEqual([shown("alert"), shown("status")], [["Grave"], ["3", "4"]]);
});

test("each is said by itself: those that stand there already aren't said once more", () => {
  const regions = document.querySelectorAll("#toasts [role]");
  assert.deepEqual([...regions].map((region) => [region.getAttribute("role"), region.getAttribute("aria-atomic")]), [
    ...[["alert", "false"], ["status", "false"]],
  ]);
});
