import "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, refusal } from "../../../clients/javascript/tests/own_connection.js";

globalThis.location = /** @type {any} */ ({ origin: "http://localhost" });
const { GridRequests } = await import("../../../templates/static/grids/requests.js");

test("a grid that nobody answered for is asked for again by the same id, and another by one of its own", async () => {
  /** @type {{given: object, id: string, answer: ReturnType<typeof answer>}[]} */
  const asked = [];
  const command = (action, given, { id }) => {
    assert.equal(action, "grid.start");
    asked.push({ given, id, answer: answer() });
    return asked.at(-1).answer.promise;
  };
  const requests = new GridRequests(/** @type {any} */ ({ command }), /** @type {any} */ ({}));
  const start = async (given, settle) => {
    const started = requests.start(given);
    settle(asked.at(-1).answer);
    return started;
  };
  const [one, other] = [{ pair: "BTCUSDT" }, { pair: "ETHUSDT" }];
  await assert.rejects(start(one, ({ reject }) => reject(refusal("TIMEOUT"))));
  assert.deepEqual(await start({ ...one }, ({ resolve }) => resolve({ grid_id: "grid_a" })), { grid_id: "grid_a" });
  await start(one, ({ resolve }) => resolve({ grid_id: "grid_b" }));
  await assert.rejects(start(one, ({ reject }) => reject(refusal("TIMEOUT"))));
  await start(other, ({ resolve }) => resolve({ grid_id: "grid_c" }));
  const ids = asked.map(({ id }) => id);
  assert.deepEqual([ids[0] === ids[1], new Set(ids).size], [true, 4]);
});
