import "../../page_in_node.js";
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { hasNetwork, overNetwork } from "../../../../templates/static/shared/connection/network.js";
import { SessionError } from "../../../../templates/static/shared/session/session_requests.js";
import { HeldServer } from "../../held_server.js";
import { settled } from "../../settled.js";

const server = new HeldServer();
const { TradingRequests } = await import("../../../../templates/static/shared/trading/trading_requests.js");
const requests = new TradingRequests(/** @type {any} */ ({ token: async () => "t" }));
const LOST = { code: "unreachable", message: "The connection was lost before the server answered, so it may have been done or not" };
const PATIENCE_MILLISECONDS = 5_000;

beforeEach(() => become("live"));
afterEach(() => setOnline(true));

function become(connection, feed = "") {
  Object.assign(document.body.dataset, { connection, feed });
}

function setOnline(onLine) {
  Object.defineProperty(globalThis, "navigator", { value: { onLine }, configurable: true });
}

/** What waits until it is given up, as a command does. */
function asking(options) {
  const asked = { isWaiting: true };
  asked.answer = overNetwork((signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))), options);
  asked.answer.catch(() => undefined).finally(() => (asked.isWaiting = false));
  return asked;
}

test("what is under way is given up as soon as there is no network", async () => {
  const cancelled = requests.cancelOrder("7");
  await server.asked("POST orders/7/cancel/");
  setOnline(false);
  become("live", "offline");
  await assert.rejects(cancelled, LOST);
});

test("what is asked without a network isn't sent", async () => {
  setOnline(false);
  become("reconnecting");
  const nothingSent = { code: "no_network", message: "There is no network, and nothing was sent", fields: {} };
  await assert.rejects(requests.cancelOrder("7"), nothingSent);
  await assert.rejects(requests.cancelOrder("7"), SessionError);
  assert.equal(server.isAsked("POST orders/7/cancel/"), false);
});

test("it waits for a connection that comes back in time, and gives up what waits for one that stays away", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = asking();
  await passing(t, "reconnecting", PATIENCE_MILLISECONDS / 2);
  await passing(t, "connecting", PATIENCE_MILLISECONDS / 2 - 1);
  await passing(t, "live", PATIENCE_MILLISECONDS);
  await passing(t, "reconnecting", PATIENCE_MILLISECONDS - 1);
  assert.ok(asked.isWaiting);
  await passing(t, "connecting", 1);
  await assert.rejects(asked.answer, LOST);
});

test("what waits for a connection that never comes wasn't sent; by HTTP it goes on without one", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  become("reconnecting");
  const [queued, byHttp] = [asking(), asking({ byConnection: false })];
  await passing(t, "connecting", PATIENCE_MILLISECONDS);
  await assert.rejects(queued.answer, { code: "no_network", message: "There is no connection, and nothing was sent" });
  assert.ok(byHttp.isWaiting);
});

test("that nobody answered is told as not known, and a refusal as it is", async () => {
  const silence = new SessionError("The server can't be reached", { code: "unreachable" });
  const unknown = { code: "unreachable", message: "The server can't be reached, so it may have been done or not" };
  await assert.rejects(overNetwork(() => Promise.reject(silence)), unknown);
  await assert.rejects(overNetwork(() => Promise.reject(silence)), SessionError);
  const late = Object.assign(new Error("grid.start was not answered within 30000 ms"), { code: "TIMEOUT" });
  await assert.rejects(overNetwork(() => Promise.reject(late)), { message: "The server hasn't answered in time, so it may have been done or not" });
  const refusal = new SessionError("Order 7 is not open", { code: "CONFLICT", status: 409 });
  await assert.rejects(overNetwork(() => Promise.reject(refusal)), refusal);
});

/** Let the connection be so for a while. */
async function passing(t, connection, milliseconds) {
  become(connection);
  await settled();
  t.mock.timers.tick(milliseconds);
  await settled();
}

test("there is a network as the browser says, or where the connection goes on without one", () => {
  assert.equal(hasNetwork({ connection: "reconnecting", feed: "" }, true), true);
  assert.equal(hasNetwork({ connection: "reconnecting", feed: "" }, undefined), true); // a browser that doesn't say
  assert.equal(hasNetwork({ connection: "live", feed: "" }, false), true);
  assert.equal(hasNetwork({ connection: "live", feed: "silent" }, false), true);
  assert.equal(hasNetwork({ connection: "live", feed: "offline" }, false), false);
  assert.equal(hasNetwork({ connection: "reconnecting", feed: "" }, false), false);
});
