import "../../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { answer, refusal } from "../../../../clients/javascript/tests/own_connection.js";
import { Acknowledgement } from "../../../../templates/static/dashboard/notifications/acknowledgement.js";
import { settled } from "../../settled.js";

mock.timers.enable({ apis: ["setTimeout"] });

const [SOON, LATER] = [1_000, 10_000];
/** @type {{seq: number, answer: ReturnType<typeof answer>}[]} what the server was told, oldest first */
let told = [];
const acknowledgement = new Acknowledgement({
  command: (action, params) => {
    assert.equal(action, "notifications.ack");
    const given = answer();
    told.push({ .../** @type {{seq: number}} */ (params), answer: given });
    return given.promise;
  },
});
const numbers = () => told.map(({ seq }) => seq);

async function pass(milliseconds) {
  await settled();
  mock.timers.tick(milliseconds);
  await settled();
}

beforeEach(async () => {
  acknowledgement.forget();
  await pass(LATER);
  told = [];
});

test("one stands for all that came together", async () => {
  acknowledgement.shown(2);
  acknowledgement.shown(1);
  assert.deepEqual(numbers(), []);
  await pass(SOON);
  assert.deepEqual(numbers(), [2]);
  told[0].answer.resolve({});
  await pass(LATER);
  assert.deepEqual(numbers(), [2]);
});

test("one that failed is told again, for all that came meanwhile", async () => {
  acknowledgement.shown(4);
  await pass(SOON);
  told[0].answer.reject(refusal("UNAVAILABLE"));
  await pass(SOON);
  assert.deepEqual(numbers(), [4]);
  await pass(LATER);
  assert.deepEqual(numbers(), [4, 4]);
  acknowledgement.shown(5);
  told[1].answer.reject(refusal("TIMEOUT"));
  await pass(LATER);
  assert.deepEqual(numbers().slice(2), [5]);
  told[2].answer.resolve({});
  await pass(LATER);
  assert.equal(numbers().length, 3);
});

test("nothing is told for who has left", async () => {
  acknowledgement.shown(6);
  await pass(SOON);
  acknowledgement.forget();
  told[0].answer.reject(refusal("TIMEOUT"));
  await pass(LATER);
  assert.deepEqual(numbers(), [6]);
});

test("nothing is told while nobody looks", async () => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  acknowledgement.shown(7);
  await pass(LATER);
  assert.deepEqual(numbers(), []);
  Object.defineProperty(document, "hidden", { value: false, configurable: true });
  document.dispatchEvent(new document.defaultView.Event("visibilitychange"));
  await pass(SOON);
  assert.deepEqual(numbers(), [7]);
});
