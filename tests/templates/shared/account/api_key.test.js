import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ENDS,
  SCOPES,
  keyCountText,
  endText,
  newKeyOf,
  useText,
} from "../../../../templates/static/shared/account/api_key.js";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const KEY = { id: 1, name: "bot", prefix: "tw_1_abcd…", scopes: ["read"], expires_at: null, last_used_at: null };

test("it asks for an end so many days from now, or for none", () => {
  const asked = ENDS.map(({ value: end }) => newKeyOf({ name: " bot ", scopes: ["read"], end }, NOW).expires_at);
  const days = asked.map((time) => time && (Date.parse(time) - NOW) / 86_400_000);
  assert.deepEqual(days, [90, 7, 30, 365, null]);
  assert.equal(asked[0], "2026-05-30T12:00:00.000Z");
});

test("it leaves wrong names and missing scopes for the server to refuse", () => {
  assert.deepEqual(newKeyOf({ name: "  ", scopes: [], end: "" }, NOW), { name: "", scopes: [], expires_at: null });
});

test("it offers the server's scopes, each said by its name", () => {
  assert.deepEqual(SCOPES.map(({ value }) => value), ["read", "alerts", "trade", "wallets"]);
  for (const { value, text } of SCOPES) assert.ok(text.toLowerCase().startsWith(`${value}: `), text);
});

test("it says when a key ends, and that it has ended from that moment on", () => {
  const ends = (time) => endText({ ...KEY, expires_at: time }, NOW);
  assert.equal(endText(KEY, NOW), "Never ends");
  assert.equal(ends("2026-03-01T12:00:00.001Z"), "Ends 2026-03-01 12:00 UTC");
  assert.equal(ends("2026-03-01T12:00:00.000Z"), "Ended 2026-03-01 12:00 UTC");
});

test("it says when a key was last used", () => {
  const used = (time) => useText({ ...KEY, last_used_at: time }, NOW);
  assert.equal(useText(KEY, NOW), "Not used yet");
  assert.equal(used("2026-03-01T11:59:30.000Z"), "Used just now");
  assert.equal(used("2026-03-01T11:00:00.000Z"), "Last used 1 h ago");
  assert.equal(used("2026-02-01T09:30:00.000Z"), "Last used 2026-02-01 09:30 UTC");
});

test("it counts the keys", () => {
  assert.match(keyCountText([]), /none yet/);
  assert.equal(keyCountText([KEY]), "You have one API key.");
  assert.equal(keyCountText([KEY, KEY]), "You have 2 API keys.");
});
