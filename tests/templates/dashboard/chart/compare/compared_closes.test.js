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

test("closes before the chart's first candle go with the candles, and are read again for a reader who scrolls back", async () => {
  const { asked, closes } = market();
  await closes.reach(2);
  for (let time = 10; time < 10_000; time += 1) {
    closes.take({ time, close: time * 10 });
    closes.forgetBefore(time - 4);
  }
  const kept = Array.from({ length: 10_000 }, (_, time) => time).filter((time) => closes.at(time) !== undefined);
  assert.deepEqual(kept, [9_995, 9_996, 9_997, 9_998, 9_999]);
  await closes.reach(9_994);
  assert.deepEqual(asked, [9, 5, 9_994]);
  assert.deepEqual([closes.at(9_994), closes.at(9_991), closes.at(9_990)], [99_940, 99_910, undefined]);
});

test("those that a page brought beyond the first candle stay while the chart begins no later", async () => {
  const { asked, closes } = market();
  closes.forgetBefore(7);
  await closes.reach(7);
  closes.forgetBefore(7);
  assert.deepEqual([closes.at(6), asked], [60, [9]]);
});

test("where older ones are read again, the oldest of all may be among them", async () => {
  const { asked, closes } = market();
  await closes.reach(-1);
  closes.forgetBefore(3);
  await closes.reach(-1);
  assert.deepEqual([closes.at(0), asked], [0, [9, 5, 1, -1, 2, -1]]);
});

test("a page that was on its way when what follows it was given up leaves no hole", async () => {
  const { asked, closes } = market();
  await closes.reach(6);
  const reading = closes.reach(3);
  closes.forgetBefore(8);
  await reading;
  assert.deepEqual([closes.at(5), closes.at(8)], [undefined, 80]);
  await closes.reach(5);
  assert.deepEqual([asked, [4, 5, 6, 7, 8, 9].map((time) => closes.at(time))], [[9, 5, 7], [40, 50, 60, 70, 80, 90]]);
});
