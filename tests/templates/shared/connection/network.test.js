import assert from "node:assert/strict";
import { test } from "node:test";
import { hasNetwork } from "../../../../templates/static/shared/connection/network.js";

test("there is a network as the browser says, or where the connection goes on without one", () => {
  assert.equal(hasNetwork({ connection: "reconnecting", feed: "" }, true), true);
  assert.equal(hasNetwork({ connection: "reconnecting", feed: "" }, undefined), true); // a browser that doesn't say
  assert.equal(hasNetwork({ connection: "live", feed: "" }, false), true);
  assert.equal(hasNetwork({ connection: "live", feed: "silent" }, false), true);
  assert.equal(hasNetwork({ connection: "live", feed: "offline" }, false), false);
  assert.equal(hasNetwork({ connection: "reconnecting", feed: "" }, false), false);
});
