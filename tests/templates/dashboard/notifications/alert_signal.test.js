import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { addPart } from "../../page_in_node.js";
import { settled } from "../../settled.js";

for (const part of ["notifications.html", "preferences.html"]) addPart(part);
const { AlertSignal } = await import("../../../../templates/static/dashboard/notifications/alert_signal.js");

/** The notes that the browser has begun to play. */
let notes = 0;
const destination = { connect: () => destination };
const gain = { linearRampToValueAtTime: () => undefined, exponentialRampToValueAtTime: () => undefined };
Object.assign(globalThis, {
  AudioContext: class {
    state = "running";
    currentTime = 0;
    destination = destination;
  },
  OscillatorNode: class {
    connect = () => destination;
    start = () => (notes += 1);
    stop = () => undefined;
  },
  GainNode: class {
    gain = gain;
  },
  BroadcastChannel: class {
    addEventListener = () => undefined;
  },
});

/** Sign somebody in who wants the sound, on a page that was touched. @returns {() => void} fires an alert */
function begun(navigator) {
  Object.defineProperty(globalThis, "navigator", { value: { userActivation: { hasBeenActive: true }, ...navigator }, configurable: true });
  let [choose, hear] = [(_preferences) => undefined, (_message) => undefined];
  const preferences = { close: () => undefined, off: () => undefined, on: (_event, listener) => (choose = listener) };
  const client = { on: (_topic, listener) => (hear = listener) };
  const system = { client, command: async () => ({}), stateSync: { define: () => preferences } };
  new AlertSignal(/** @type {any} */ (system)).follow(true);
  choose({ sound: true, vibration: false });
  return () => hear({ data: { kind: "alert", read: false } });
}

test("an alert sounds on a page without HTTPS, where browsers have no locks, and several at once are one sound", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const fire = begun({});
  notes = 0;
  fire();
  fire();
  assert.equal(notes, 2, "a sound has two notes");
  mock.timers.tick(2_000);
  await settled();
  fire();
  assert.equal(notes, 4);
  mock.timers.reset();
});

test("of several pages the one sounds that gets the lock", async () => {
  let isFree = true;
  const fire = begun({ locks: { request: async (_name, _options, act) => act(isFree ? {} : null) } });
  notes = 0;
  fire();
  isFree = false;
  fire();
  await settled();
  assert.equal(notes, 2);
});
