import assert from "node:assert/strict";
import { test } from "node:test";
import { Credentials } from "../../src/logging_in/credentials.js";

const NOW = 1_703_836_800_000;

/** @param {object} claims a token that says so; nobody checks its signature here */
function tokenOf(claims) {
  return ["{}", JSON.stringify(claims), "?"].map((part) => Buffer.from(part).toString("base64url")).join(".");
}

/** Credentials of a function that gives these, one after the other, on a clock that only the test moves on. */
function credentialsOf(t, ...tokens) {
  t.mock.timers.enable({ apis: ["Date"], now: NOW });
  const credentials = new Credentials(() => tokens.shift());
  return { credentials, pass: (milliseconds) => t.mock.timers.tick(milliseconds) };
}

test("it has nothing to renew where it is given a string, or nothing", async () => {
  for (const source of ["a.b.c", null]) {
    const credentials = new Credentials(source);
    credentials.forget();
    assert.deepEqual([await credentials.token(), credentials.areRenewable], [source, false]);
  }
});

test("it keeps a token for 80 % of its life, and then asks for another", async (t) => {
  const tokens = [100, 200].map((seconds) => tokenOf({ exp: NOW / 1000 + seconds, name: "é>?" }));
  const { credentials, pass } = credentialsOf(t, ...tokens);
  assert.deepEqual([await credentials.token(), credentials.renewIn], [tokens[0], 80_000]);
  pass(79_999);
  assert.equal(await credentials.token(), tokens[0]);
  pass(1);
  assert.equal(await credentials.token(), tokens[1]);
});

test("it leaves at least 2 s to renew in, and renews no more often than each second", async (t) => {
  const { credentials } = credentialsOf(t, "opaque");
  await credentials.token();
  for (const [life, renewIn] of [
    [6_000, 4_000],
    [2_500, 1_000],
    [-5_000, 1_000],
    [1e15, 2 ** 31 - 1],
  ]) {
    credentials.lasts(life);
    assert.equal(credentials.renewIn, renewIn, `${life}`);
  }
});

test("it asks for another token after a refusal, and each time where there is none", async (t) => {
  const { credentials } = credentialsOf(t, "refused", "fresh", null, undefined, "back");
  assert.equal(await credentials.token(), "refused");
  assert.equal(await credentials.token(), "refused", "one that doesn't tell its end is kept until it is refused");
  credentials.forget();
  assert.equal(await credentials.token(), "fresh");
  credentials.forget();
  for (const expected of [null, null, "back"]) assert.equal(await credentials.token(), expected);
});

test("it says why there is no token", async () => {
  const credentials = new Credentials(async () => {
    throw new Error("signed out elsewhere");
  });
  await assert.rejects(credentials.token(), {
    name: "TidewireError",
    code: "token_unavailable",
    message: "There is no token: signed out elsewhere",
  });
});
