import assert from "node:assert/strict";
import { test } from "node:test";
import { isTemporary } from "../../../templates/static/shared/refusal.js";
import { RetriedRead } from "../../../templates/static/shared/retried_read.js";
import { settled } from "../settled.js";
import { AWAY, GONE, aRetryLater } from "../unread.js";

/** What was asked, shown and refused, in that order; `owed` are the answers to give. */
function reading(options = {}) {
  const told = [];
  const owed = [];
  const ask = (question) => {
    told.push(`ask ${question}`);
    return new Promise((answer, refuse) => owed.push({ answer, refuse }));
  };
  const refused = (refusal) => {
    told.push(refusal.message);
    return isTemporary(refusal);
  };
  const read = new RetriedRead({ ask, show: (answer) => told.push(answer), refused, ...options });
  return { read, told, owed };
}

test("what couldn't be answered is asked again, the same question, until it is", async () => {
  const { read, told, owed } = reading();
  const whole = read.load("a");
  owed[0].refuse(AWAY);
  await whole;
  await aRetryLater();
  owed[1].refuse(AWAY);
  await settled();
  await aRetryLater();
  owed[2].answer("A");
  await settled();
  await aRetryLater();
  assert.deepEqual(told, ["ask a", AWAY.message, "ask a", AWAY.message, "ask a", "A"]);
});

test("what is refused again and again is asked for less and less often", async () => {
  const { read, told, owed } = reading();
  const pauses = [];
  read.load("a");
  while (pauses.length < 8) {
    const asked = owed.length;
    owed.at(-1).refuse(AWAY);
    await settled();
    let pause = 0;
    for (; owed.length === asked; pause++) await aRetryLater();
    pauses.push(pause);
  }
  assert.deepEqual(pauses, [1, 1, 2, 4, 8, 16, 16, 16]);
  owed.at(-1).answer("A");
  await settled();
  read.load("b");
  owed.at(-1).refuse(AWAY);
  await settled();
  await aRetryLater();
  assert.equal(told.at(-1), "ask b");
});

test("it isn't where the refusal is for good, nor once it is for nobody", async () => {
  let isWanted = true;
  const { read, told, owed } = reading({ isWanted: () => isWanted });
  const refused = async (refusal, then) => {
    read.load("a");
    owed.pop().refuse(refusal);
    await settled();
    then();
    await aRetryLater();
  };
  await refused(GONE, () => undefined);
  await refused(AWAY, () => read.forget());
  await refused(AWAY, () => (isWanted = false));
  assert.deepEqual(told, ["ask a", GONE.message, "ask a", AWAY.message, "ask a", AWAY.message]);
});

test("an older answer, or refusal, doesn't take the place of a newer one, and each is whole once the newest is", async () => {
  const { read, told, owed } = reading();
  const ends = [];
  for (const question of ["a", "b", "c"]) read.load(question).then(() => ends.push(question));
  owed[0].answer("A");
  owed[1].refuse(AWAY);
  await settled();
  assert.deepEqual([told, ends], [["ask a", "ask b", "ask c"], []]);
  owed[2].answer("C");
  await read.whole;
  await settled();
  await aRetryLater();
  assert.deepEqual([told.slice(3), ends.toSorted()], [["C"], ["a", "b", "c"]]);
});

test("what is refreshed while its answer is under way is shown, and then asked once more", async () => {
  const { read, told, owed } = reading();
  const loaded = read.load("a").then(() => told.push("whole"));
  read.refresh("a");
  read.refresh("a");
  assert.equal(read.isUnderWay, true);
  owed[0].answer("A");
  await settled();
  assert.deepEqual(told, ["ask a", "A", "ask a"]);
  owed[1].answer("B");
  await loaded;
  assert.deepEqual([told.slice(3), read.isUnderWay], [["B", "whole"], false]);
  read.refresh("c");
  assert.equal(told.at(-1), "ask c");
});

test("what is refreshed is asked at once after a refusal, and not where another question or nobody's has come", async () => {
  const { read, told, owed } = reading();
  read.load("a");
  read.refresh("a");
  owed[0].refuse(AWAY);
  await settled();
  assert.deepEqual(told, ["ask a", AWAY.message, "ask a"]);
  read.refresh("a");
  read.load("b");
  owed[2].answer("B");
  await settled();
  read.load("c");
  read.refresh("c");
  read.forget();
  owed[3].answer("C");
  await settled();
  await aRetryLater();
  assert.deepEqual([told.slice(3), read.isUnderWay], [["ask b", "B", "ask c"], false]);
});

test("what was forgotten isn't shown, and nothing waits for it", async () => {
  const { read, told, owed } = reading();
  const loaded = read.load("a");
  const isMeant = read.forget();
  await read.whole;
  owed[0].answer("A");
  await loaded;
  assert.deepEqual([told, isMeant()], [["ask a"], true]);
  read.load("b");
  assert.equal(isMeant(), false);
});

test("what is asked besides as the answer is shown is of the whole: refused, all is asked again", async () => {
  const besides = [AWAY, null];
  const meant = [];
  const show = async (_answer, isMeant) => {
    const refusal = besides.shift();
    meant.push(isMeant());
    if (refusal) throw refusal;
  };
  const { read, told, owed } = reading({ show });
  read.load("a");
  owed[0].answer("A");
  await settled();
  await aRetryLater();
  owed[1].answer("A");
  await settled();
  assert.deepEqual([told, besides, meant], [["ask a", AWAY.message, "ask a"], [], [true, true]]);
});

test("an error that is no refusal is the page's own, and isn't hidden by asking again", async () => {
  const { read, told, owed } = reading();
  const loaded = read.load("a");
  owed[0].refuse(new TypeError("no such property"));
  await assert.rejects(loaded, TypeError);
  await aRetryLater();
  assert.deepEqual(told, ["ask a"]);
});
