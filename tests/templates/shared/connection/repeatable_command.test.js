import "../../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const { UnansweredError } = await import("../../../../templates/static/shared/connection/network.js");
const { RepeatableCommand, repeatableRefusal } = await import("../../../../templates/static/shared/connection/repeatable_command.js");

const GIVEN = { name: "Mine", threshold: "60000" };
/** What the server was sent, and what it makes of each in turn: an answer, or an error. */
let sent;
let outcomes;
let creation;

beforeEach(() => {
  [sent, outcomes] = [[], []];
  const command = async (action, given, { id }) => {
    sent.push({ action, given, id });
    const outcome = outcomes.shift();
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  creation = new RepeatableCommand(/** @type {any} */ ({ command }), "alerts.create");
});

test("what nobody answered is asked for again under the same id, and once answered under another", async () => {
  outcomes = [new UnansweredError("The connection was lost"), { id: 7 }, { id: 8 }];
  await assert.rejects(creation.ask(GIVEN), UnansweredError);
  assert.deepEqual(await creation.ask({ ...GIVEN }), { id: 7 });
  assert.deepEqual(await creation.ask(GIVEN), { id: 8 });
  const [first, again, anew] = sent;
  assert.deepEqual(first, { action: "alerts.create", given: GIVEN, id: first.id });
  assert.match(first.id, /^web-[0-9a-f]{32}$/);
  assert.equal(again.id, first.id);
  assert.notEqual(anew.id, first.id);
});

test("other parameters ask for something else", async () => {
  outcomes = [new UnansweredError("The connection was lost"), { id: 7 }];
  await assert.rejects(creation.ask(GIVEN), UnansweredError);
  await creation.ask({ ...GIVEN, name: "Another" });
  assert.notEqual(sent[1].id, sent[0].id);
});

test("where nobody answered it is to be asked for again, and what was refused is told as it is", () => {
  const again = "Create it again: it is made once";
  const { message } = repeatableRefusal(new UnansweredError("The connection was lost"), again);
  assert.equal(message, "The server hasn't answered. Create it again: it is made once, whatever became of this");
  const refused = Object.assign(new Error("lower is wrong"), { code: "INVALID_PARAMETER", fields: { lower: "Too high" } });
  assert.deepEqual(repeatableRefusal(refused, again), { message: "lower is wrong", fields: { lower: "Too high" } });
});
