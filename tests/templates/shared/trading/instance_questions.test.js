import "../../page_in_node.js";
import assert from "node:assert/strict";
import test from "node:test";

const { NoNetworkError, UnansweredError } = await import("../../../../templates/static/shared/connection/network.js");
const { startRefusal } = await import("../../../../templates/static/shared/trading/instances/instance_questions.js");

test("a start that nobody answered is to be asked for again, one that wasn't sent or was refused is told as it is", () => {
  const again = "The server hasn't answered. Start it again: it begins once, whatever became of this";
  assert.equal(startRefusal(new UnansweredError("The connection was lost before the server answered")).message, again);
  assert.equal(startRefusal(new NoNetworkError()).message, "There is no network, and nothing was sent");
  const refused = Object.assign(new Error("lower is wrong"), { code: "INVALID_PARAMETER", fields: { lower: "Too high" } });
  assert.deepEqual(startRefusal(refused), { message: "lower is wrong", fields: { lower: "Too high" } });
});
