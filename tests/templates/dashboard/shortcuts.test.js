import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "../page_in_node.js";

const { Shortcuts } = await import("../../../templates/static/dashboard/shortcuts.js");

globalThis.Element = /** @type {any} */ (document.defaultView).Element;
let steps = 0;
new Shortcuts({ "]": () => (steps += 1), l: () => (steps += 1) });

/** Press a key as a browser tells it; @returns {number} how often something was done */
function press(key, modifiers = {}, isAltGraph = false) {
  steps = 0;
  const event = new document.defaultView.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...modifiers });
  event.getModifierState = (name) => name === "AltGraph" && isAltGraph; // happy-dom knows no AltGr
  document.body.dispatchEvent(event);
  return steps;
}

/** Browsers tell the system that they run on, as Node tells its own. @param {string} platform */
const runOn = (platform) => Object.defineProperty(globalThis, "navigator", { value: { platform }, configurable: true });

beforeEach(() => runOn("Win32"));

test("a single key acts, and none that is pressed with Ctrl, Alt or the command key", () => {
  assert.deepEqual([press("]"), press("l")], [1, 1]);
  for (const modifier of ["ctrlKey", "altKey", "metaKey"]) {
    assert.deepEqual([press("]", { [modifier]: true }), press("l", { [modifier]: true })], [0, 0], modifier);
  }
});

test("a bracket acts that a layout has by AltGr, whatever else the system tells of that key", () => {
  assert.equal(press("]", {}, true), 1);
  assert.equal(press("]", { ctrlKey: true, altKey: true }, true), 1);
  assert.equal(press("]", { metaKey: true }, true), 0);
});

test("no letter acts that is pressed with AltGr, nor with an Option that a browser tells as AltGr", () => {
  assert.deepEqual([press("l", {}, true), press("l", { ctrlKey: true, altKey: true }, true)], [0, 0]);
  runOn("MacIntel");
  assert.deepEqual([press("l", { altKey: true }, true), press("]", { altKey: true }, true)], [0, 1]);
});

test("on a Mac a bracket acts that a layout has by Option, and no letter does", () => {
  runOn("MacIntel");
  assert.deepEqual([press("]", { altKey: true }), press("l", { altKey: true }), press("]", { altKey: true, ctrlKey: true })], [1, 0, 0]);
});
