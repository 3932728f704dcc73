import assert from "node:assert/strict";
import { test } from "node:test";
import { BookPreferences, MOST_MARKETS } from "../../../../templates/static/dashboard/book/book_preferences.js";
import { PageMemory } from "../../../../templates/static/shared/session/session_store.js";

const KEY = "tidewire.order_book";

/** A browser that keeps this already. */
function storageWith(text) {
  const storage = new PageMemory();
  storage.setItem(KEY, text);
  return storage;
}

test("what is chosen is there when the page is opened anew, each market's step for itself", () => {
  const storage = new PageMemory();
  const first = new BookPreferences(storage);
  first.keepMultiple("BTCUSDT", 100);
  first.keepMultiple("ETHUSDT", 5);
  first.keepMultiple("ETHUSDT", 10);
  first.keepChart(true);
  first.keepLevels(50);
  const again = new BookPreferences(storage);
  assert.deepEqual(["BTCUSDT", "ETHUSDT", "SOLUSDT"].map((symbol) => again.multipleOf(symbol)), [100, 10, 1]);
  assert.deepEqual([again.hasChart, again.levels], [true, 50]);
});

test("the finest step is nothing to keep, and of many markets those chosen last are kept", () => {
  const storage = new PageMemory();
  const preferences = new BookPreferences(storage);
  for (let market = 0; market <= MOST_MARKETS; market += 1) preferences.keepMultiple(`M${market}`, 5);
  preferences.keepMultiple("M7", 1);
  const kept = JSON.parse(storage.getItem(KEY)).multiples.map(([symbol]) => symbol);
  assert.deepEqual([kept.length, kept[0], kept.includes("M7"), kept.at(-1)], [MOST_MARKETS - 1, "M1", false, `M${MOST_MARKETS}`]);
});

test("what nobody can read counts for nothing, and the rest of it still does", () => {
  for (const text of ["", "no JSON", "null", "7", '{"multiples":{"BTCUSDT":5}}', '{"multiples":[["BTCUSDT",3],["BTCUSDT"],7,null]}']) {
    const preferences = new BookPreferences(storageWith(text));
    assert.deepEqual([text, preferences.multipleOf("BTCUSDT"), preferences.hasChart], [text, 1, false]);
  }
  const mixed = new BookPreferences(storageWith('{"multiples":[7,["BTCUSDT",5]],"hasChart":"yes","levels":33}'));
  assert.deepEqual([mixed.multipleOf("BTCUSDT"), mixed.hasChart, mixed.levels], [5, false, 0]);
});
