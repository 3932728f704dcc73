import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { OrderPreview } from "../../../../templates/static/dashboard/ticket/order_preview.js";
import { faultsTold } from "../../../../templates/static/dashboard/ticket/order_rules.js";
import { isLimit, refusedText } from "../../../../templates/static/dashboard/ticket/ticket_text.js";
import { isWhole } from "../../../../templates/static/dashboard/ticket/order_values.js";
import { typed } from "./fixtures.js";
import { settled } from "../../settled.js";

const TOO_LARGE = { code: "CONFLICT", message: "The order is worth 50000 USDT; the most is 5000 (ORDER_SIZE)", fields: {} };
const FAR = { code: "VALIDATION_ERROR", message: "price must be …", fields: { price: "price must be between 47500 and 142500" } };
const given = (/** @type {string} */ quantity) => /** @type {any} */ ({ symbol: "BTCUSDT", side: "buy", type: "limit", price: "50000", quantity });

/** A preview whose timers and time are the test's. */
function previewed(/** @type {(given: any) => any} */ answer) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const asked = /** @type {any[]} */ ([]);
  let [time, changes] = [0, 0];
  const requests = {
    previewOrder: async (/** @type {any} */ order) => {
      asked.push(order.quantity);
      return answer(order);
    },
  };
  const preview = new OrderPreview(/** @type {any} */ (requests), () => (changes += 1), () => time);
  const pass = async (/** @type {number} */ ms) => {
    time += ms;
    mock.timers.tick(ms);
    await settled();
  };
  return { preview, asked, pass, changes: () => changes };
}

test("it asks once the reader pauses, of what is typed last, and again while the market moves", async () => {
  const { preview, asked, pass, changes } = previewed(() => ({ refusals: [TOO_LARGE, FAR] }));
  preview.want(given("1"));
  preview.want(given("12"));
  await pass(300);
  assert.deepEqual([asked, preview.others, preview.fields, changes()], [["12"], [TOO_LARGE], FAR.fields, 1]);
  preview.want(given("12"));
  await pass(1_000);
  assert.deepEqual(asked, ["12"], "it was asked a moment ago");
  await pass(4_000);
  preview.want(given("12"));
  await pass(300);
  preview.renew();
  preview.want(given("12"));
  await pass(300);
  assert.deepEqual(asked, ["12", "12"], "what has changed is asked for no oftener than once a second");
  await pass(700);
  preview.want(given("12"));
  await pass(300);
  assert.deepEqual(asked, ["12", "12", "12"]);
  mock.timers.reset();
});

test("what was said of another order is forgotten, and an answer to it too late", async () => {
  /** @type {(answer: any) => void} */
  let answer = () => undefined;
  const { preview, pass } = previewed(() => new Promise((resolve) => (answer = resolve)));
  preview.want(given("1"));
  await pass(300);
  preview.want(null);
  answer({ refusals: [TOO_LARGE] });
  await pass(0);
  assert.deepEqual(preview.others, []);
  mock.timers.reset();
});

test("what the server can't even read is told as it says it, and nobody's answer is none", async () => {
  const refusal = Object.assign(new Error("quantity must be …"), { code: "VALIDATION_ERROR", fields: { quantity: "quantity must be …" } });
  const { preview, pass } = previewed((order) => Promise.reject(order.quantity === "1" ? refusal : Object.assign(new Error("away"), { code: "unreachable" })));
  preview.want(given("1"));
  await pass(300);
  assert.deepEqual(preview.fields, { quantity: "quantity must be …" });
  preview.want(given("2"));
  await pass(300);
  assert.deepEqual([preview.fields, preview.others], [{}, []]);
  mock.timers.reset();
});

test("the words are the server's, and a limit of the account leads to the limits", () => {
  assert.equal(refusedText([TOO_LARGE, { message: "Trading is halted: enough" }]), "Would be refused now: The order is worth 50000 USDT; the most is 5000 (ORDER_SIZE). Trading is halted: enough.");
  assert.deepEqual([refusedText([]), isLimit(TOO_LARGE), isLimit({ message: "BTCUSDT allows 200 open orders (MAXIMUM_ORDERS)" })], ["", true, false]);
});

test("an order is whole once everything that its kind takes is typed", () => {
  assert.deepEqual([isWhole(typed()), isWhole(typed({ price: "" })), isWhole(typed({ kind: "market", price: "" })), isWhole(typed({ kind: "stop" })), isWhole(typed({ size: "0" }))], [true, false, true, false, false]);
});

test("what the server has said of a field is told while it is typed into, what the page finds itself only afterwards", () => {
  const [step, most] = [{ quantity: "quantity must be a multiple of 0.001" }, { quantity: "quantity must be at most 5" }];
  assert.deepEqual([faultsTold(step, "quantity", {}), faultsTold(step, "", {}), faultsTold({}, "quantity", most)], [{}, step, most]);
});
