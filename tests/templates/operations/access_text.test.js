import assert from "node:assert/strict";
import { test } from "node:test";
import { accessText } from "../../../templates/static/operations/access_text.js";

test("it tells who is refused, and what to do", () => {
  assert.match(accessText("refused", { username: "demo" }), /^demo is not staff.*Sign in with a staff account/);
  assert.match(accessText("signed out"), /Sign in/);
  assert.match(accessText("refused", { username: "demo", reason: "Too many" }), /deployment: Too many\.$/);
  assert.match(accessText("ended", { hasShown: true }), /^Your session has ended: what you see below is old/);
  assert.equal(accessText("ended"), "Your session has ended. Sign in again to go on.");
  assert.equal(accessText("granted", { username: "admin" }), "");
  assert.match(accessText("asking", { username: "admin" }), /^Asking .* admin/);
});
