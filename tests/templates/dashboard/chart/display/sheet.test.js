import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "../../../page_in_node.js";

const { watchSheet } = await import("../../../../../templates/static/dashboard/chart/display/sheet.js");
const menu = document.getElementById("display-menu");
const summary = menu.querySelector("summary");
watchSheet("display-menu");

/** @returns {boolean} whether the key was taken */
function press(key, target) {
  const event = new document.defaultView.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event.defaultPrevented;
}

beforeEach(() => {
  menu.open = true;
});

test("Escape closes it wherever the focus is, and leads back to what has opened it", () => {
  for (const target of [menu.querySelector("select"), document.getElementById("chart"), document.body]) {
    menu.open = true;
    target.focus();
    assert.equal(press("Escape", target), true);
    assert.deepEqual([menu.open, document.activeElement === summary], [false, true]);
  }
});

test("the key is not its own where it is closed, or a dialog lies over it", () => {
  const dialog = document.getElementById("shortcuts");
  dialog.setAttribute("open", "");
  assert.deepEqual([press("Escape", document.body), menu.open], [false, true]);
  dialog.removeAttribute("open");
  menu.open = false;
  assert.equal(press("Escape", document.body), false);
});

test("a click on an empty place in it leaves the focus in it, and one beside it closes it", () => {
  const sheet = menu.querySelector(".chart-sheet");
  sheet.focus(); // as the browser does
  assert.equal(document.activeElement, sheet);
  sheet.click();
  assert.equal(menu.open, true);
  document.body.click();
  assert.equal(menu.open, false);
});

test("a row that a click in it takes away leaves it open", () => {
  const row = document.createElement("li");
  row.addEventListener("click", () => row.remove());
  menu.querySelector(".chart-sheet").append(row);
  row.click();
  assert.deepEqual([row.isConnected, menu.open], [false, true]);
});
