/** The pages can read all that a gateway sends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Staged } from "../../../../clients/javascript/tests/staged.js";
import { heard, nextEvent } from "../../../../clients/javascript/tests/waiting.js";
import { readFrame } from "../../../../templates/static/shared/connection/frame_shapes.js";

Staged.describe("what a gateway sends to the pages", (staged) => {
  test("it reads all of it", async () => {
    const client = staged.clientOf({ token: () => staged.token("admin"), parse: readFrame });
    const errors = heard(client, "error");
    const channels = ["price:BTCUSDT", "ticker:BTCUSDT", "klines:BTCUSDT:1m", "depth:BTCUSDT", "trades:BTCUSDT"];
    const all = [...channels, "market:overview", "system.health", "ops.gateways"];
    const came = all.map((channel) => nextEvent(client, channel));
    client.subscribe(all);
    await client.connect();
    await Promise.all(came);
    assert.deepEqual(errors, []);
  });
});
