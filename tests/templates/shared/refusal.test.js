import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandRefusedError } from "../../../clients/javascript/src/index.js";
import { isRefusal, isTemporary, refusalText } from "../../../templates/static/shared/refusal.js";
import { SessionError } from "../../../templates/static/shared/session/session_requests.js";

test("it tells what was refused from a mistake of the page", () => {
  assert.ok(isRefusal(new CommandRefusedError({ code: "INVALID", message: "No" })));
  assert.ok(isRefusal(new SessionError("The server can't be reached", { code: "unreachable" })));
  for (const mistake of [new TypeError("undefined has no name"), { code: "thrown by nobody" }, null]) {
    assert.equal(isRefusal(mistake), false);
  }
});

test("it tells what passes by itself from what was refused for good", () => {
  const passing = [{ code: "unreachable" }, { code: "no_network" }, { code: "UNAVAILABLE", status: 503 }, { code: "http_error", status: 502 }];
  for (const details of passing) assert.ok(isTemporary(new SessionError("No", details)));
  for (const details of [{ code: "CONFLICT", status: 409 }, { code: "signed_out" }]) assert.equal(isTemporary(new SessionError("No", details)), false);
});

test("it says above the form what belongs to no control in sight", () => {
  assert.equal(refusalText({ message: "x is required", fields: { x: "x is required" }, others: ["x is required"] }), "X is required.");
  assert.equal(refusalText({ message: "Wrong", fields: { x: "x is required" }, others: [] }), "");
  assert.equal(refusalText({ message: "Too many alerts", fields: {}, others: [] }), "Too many alerts.");
});
