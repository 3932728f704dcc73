import assert from "node:assert/strict";
import { test } from "node:test";
import { ComparedCloses } from "../../../../../templates/static/dashboard/chart/compare/compared_closes.js";

/** A market with a candle at each whole number from 0 to 9, of which a page has four. */
function market() {
  const asked = [];
  const read = async (end = 9) => {
    asked.push(end);
    return [3, 2, 1, 0].map((back) => end - back).filter((time) => time >= 0).map((time) => ({ time, close: time * 10 }));
  };
  return { asked, closes: new ComparedCloses(read) };
}

test("it reads page by page as far back as is wanted, and no page twice", async () => {
  const { asked, closes } = market();
  assert.equal(await closes.reach(7), true);
  assert.equal(await closes.reach(6), false);
  assert.equal(await closes.reach(3), true);
  assert.deepEqual(asked, [9, 5]);
  assert.deepEqual([closes.at(9), closes.at(2), closes.at(1)], [90, 20, undefined]);
});

test("it ends where nothing older exists", async () => {
  const { asked, closes } = market();
  await closes.reach(-100);
  await closes.reach(-200);
  assert.deepEqual(asked, [9, 5, 1, -1]);
  assert.equal(closes.at(0), 0);
});

test("what is wanted while it reads is read along, and what was told meanwhile stays", async () => {
  const { asked, closes } = market();
  const first = closes.reach(8);
  closes.take({ time: 9, close: 95 });
  assert.equal(await closes.reach(4), false);
  await first;
  assert.deepEqual(asked, [9, 5]);
  assert.equal(closes.at(9), 95);
});

test("what couldn't be read is asked for again", async () => {
  let isThere = false;
  const closes = new ComparedCloses(async () => {
    if (!isThere) throw new Error("the network is gone");
    return [{ time: 1, close: 5 }];
  });
  await assert.rejects(closes.reach(1), { message: "the network is gone" });
  isThere = true;
  assert.equal(await closes.reach(1), true);
  assert.equal(closes.at(1), 5);
});
