import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandRefusedError } from "../../../clients/javascript/src/index.js";
import { isRefusal, refusalText } from "../../../templates/static/shared/refusal.js";
import { SessionError } from "../../../templates/static/shared/session/session_requests.js";

test("it tells what was refused from a mistake of the page", () => {
  assert.ok(isRefusal(new CommandRefusedError({ code: "INVALID", message: "No" })));
  assert.ok(isRefusal(new SessionError("The server can't be reached", { code: "unreachable" })));
  for (const mistake of [new TypeError("undefined has no name"), { code: "thrown by nobody" }, null]) {
    assert.equal(isRefusal(mistake), false);
  }
});

test("it says above the form what belongs to no control in sight", () => {
  assert.equal(refusalText({ message: "x is required", fields: { x: "x is required" }, others: ["x is required"] }), "X is required.");
  assert.equal(refusalText({ message: "Wrong", fields: { x: "x is required" }, others: [] }), "");
  assert.equal(refusalText({ message: "Too many alerts", fields: {}, others: [] }), "Too many alerts.");
});
