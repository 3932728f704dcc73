import assert from "node:assert/strict";
import { test } from "node:test";
import { changeText, problemText, waitText } from "../../../../templates/static/shared/account/account_text.js";
import { SessionError } from "../../../../templates/static/shared/session/session_requests.js";

test("it says a refusal in the server's words", () => {
  assert.equal(problemText(new SessionError("Wrong user name or password")), "Wrong user name or password.");
});

test("it leaves to the fields what they say themselves", () => {
  assert.equal(problemText(new SessionError("Wrong parameters: username", { fields: { username: "Taken" } })), "");
});

test("it says how long somebody is locked out, and never too short", () => {
  const lockedOut = new SessionError("Too many failed logins; try again later", { retryAfter: 841 });
  assert.equal(problemText(lockedOut), "Too many failed logins; try again later. Wait 15 minutes.");
  assert.deepEqual([0.2, 1, 59, 60, 61, 900].map(waitText), [
    "1 second",
    "1 second",
    "59 seconds",
    "1 minute",
    "2 minutes",
    "15 minutes",
  ]);
});

test("it says what to do about a server that is away", () => {
  const away = new SessionError("The server can't be reached", { code: "unreachable" });
  assert.equal(problemText(away), "The server can't be reached. Check the connection, and try again.");
});

test("it keeps in sight only what the reader has to act on", () => {
  assert.equal(changeText({ user: null, reason: "ended" }).isLasting, true);
  assert.equal(changeText({ user: null, reason: "another tab" }).isLasting, false);
  assert.equal(changeText({ user: { username: "demo" }, reason: "another tab" }).text, "Signed in as demo");
});
