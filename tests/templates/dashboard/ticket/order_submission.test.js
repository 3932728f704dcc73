import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderSubmission } from "../../../../templates/static/dashboard/ticket/order_submission.js";
import { SessionError } from "../../../../templates/static/shared/session/session_requests.js";
import { order } from "./fixtures.js";

const GIVEN = { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.1", price: "95000" };
const SILENCE = new SessionError("The server can't be reached", { code: "unreachable" });
const REFUSAL = new SessionError("The order needs 9 USDT", { code: "CONFLICT", status: 409 });

/** A submission to whom one answer after the other is given, and the keys with which orders were sent. */
function submissionTo(...answers) {
  const keys = [];
  const placeOrder = async (_, key) => {
    keys.push(key);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return order({ clientOrderId: key, ...answer });
  };
  return { submission: new OrderSubmission({ placeOrder }), keys };
}

test("what nobody has answered is sent again with its key, and with another once it was answered", async () => {
  const { submission, keys } = submissionTo(SILENCE, SILENCE, {}, {});
  await assert.rejects(submission.place(GIVEN), SILENCE);
  await assert.rejects(submission.place({ ...GIVEN }), SILENCE);
  assert.equal(submission.isUnanswered(GIVEN), true);
  const placed = await submission.place(GIVEN);
  assert.deepEqual([submission.isUnanswered(GIVEN), submission.isOf(placed)], [false, true]);
  await submission.place(GIVEN);
  assert.deepEqual([new Set(keys.slice(0, 3)).size, new Set(keys).size], [1, 2]);
});

test("another order has a key of its own, and so has one after a refusal", async () => {
  const { submission, keys } = submissionTo(SILENCE, {}, REFUSAL, {});
  await assert.rejects(submission.place(GIVEN), SILENCE);
  await submission.place({ ...GIVEN, quantity: "0.2" });
  await assert.rejects(submission.place(GIVEN), REFUSAL);
  assert.equal(submission.hasUnanswered, false);
  await submission.place(GIVEN);
  assert.equal(new Set(keys).size, 4);
});

test("a server in trouble may have placed it, one that says it can't has not", async () => {
  const broken = new SessionError("The server answered with 502", { status: 502 });
  const away = new SessionError("No price of BTCUSDT is known", { code: "UNAVAILABLE", status: 503 });
  const { submission } = submissionTo(broken, away);
  await assert.rejects(submission.place(GIVEN), broken);
  assert.equal(submission.isUnanswered(GIVEN), true);
  await assert.rejects(submission.place(GIVEN), away);
  assert.equal(submission.isUnanswered(GIVEN), false);
});
