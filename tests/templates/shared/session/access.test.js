import assert from "node:assert/strict";
import { test } from "node:test";
import { BenchLoading } from "../../../../templates/static/shared/session/access.js";

test("it ends once all has its place, for whoever has come last", async () => {
  const loading = new BenchLoading();
  loading.end(); // nobody has come
  const ended = [];
  loading.begin().then(() => ended.push("first"));
  const second = loading.begin().then(() => ended.push("second"));
  loading.end();
  await second;
  assert.deepEqual(ended, ["second"]);
});
