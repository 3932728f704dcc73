import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import "../../page_in_node.js";
import { settled, timerEnded } from "../../settled.js";

const { OfferedStrategies } = await import("../../../../templates/static/shared/strategies/offered_strategies.js");

const RETRY_AFTER = 20;
const refusal = (code) => Object.assign(new Error("The database is away"), { code });
const problem = document.createElement("p");

/** What the server answers, one after the other: strategies, or a refusal. */
let answers;
let offered;
let strategies;
beforeEach(() => {
  problem.textContent = "";
  [answers, offered] = [[], []];
  const ask = async () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  strategies = new OfferedStrategies(problem, { ask, offer: (kinds) => offered.push(...kinds), retryAfter: RETRY_AFTER });
});

test("they are asked for again until they are known, and the form says so", async () => {
  answers = [refusal("UNAVAILABLE"), refusal("UNAVAILABLE"), ["ma_cross"]];
  await strategies.load();
  assert.deepEqual([offered, problem.textContent], [[], "The strategies can't be read: The database is away. Trying again…"]);
  await timerEnded(RETRY_AFTER);
  assert.equal(answers.length, 1);
  await timerEnded(RETRY_AFTER);
  assert.deepEqual([offered, problem.textContent], [["ma_cross"], ""]);
});

test("what the form itself has said since stays", async () => {
  answers = [refusal("UNAVAILABLE"), ["ma_cross"]];
  await strategies.load();
  problem.textContent = "A market is required.";
  await timerEnded(RETRY_AFTER);
  assert.deepEqual([offered, problem.textContent], [["ma_cross"], "A market is required."]);
});

test("nobody asks for who has left, or isn't signed in", async () => {
  answers = [refusal("UNAVAILABLE"), refusal("signed_out"), ["ma_cross"]];
  await strategies.load();
  strategies.forget();
  assert.equal(problem.textContent, "");
  await timerEnded(RETRY_AFTER);
  assert.equal(answers.length, 2);
  await strategies.load();
  await timerEnded(RETRY_AFTER);
  await settled();
  assert.deepEqual([answers.length, offered, problem.textContent], [1, [], ""]);
});
