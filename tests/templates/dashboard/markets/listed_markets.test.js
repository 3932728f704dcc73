import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import "../../page_in_node.js";
import { ListedMarkets } from "../../../../templates/static/dashboard/markets/listed_markets.js";
import { settled } from "../../settled.js";

mock.timers.enable({ apis: ["setTimeout", "setInterval"] });

/** What the server answers each question with: symbols, or a sentence that refuses. @type {string[] | string} */
let answer;
/** What was told, in order. */
let told;

globalThis.fetch = async () => {
  const isRefused = typeof answer === "string";
  const items = isRefused ? [] : answer.map((symbol) => ({ symbol, status: "TRADING" }));
  const body = isRefused ? { error: { code: "unavailable", message: answer } } : { items, total: items.length };
  return new Response(JSON.stringify(body), { status: isRefused ? 503 : 200 });
};

async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settled();
}

beforeEach(async () => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  told = [];
  const changed = (symbols) => told.push(symbols.map(({ symbol }) => symbol));
  answer = [];
  new ListedMarkets(changed, (text) => told.push(text)).start();
  await pass(0);
});

test("until the server knows markets the page says so, and asks every 3 s", async () => {
  answer = "The database is away";
  await pass(3_000);
  answer = ["BTCUSDT"];
  await pass(2_999);
  assert.deepEqual(told, [
    "Market data unavailable: no symbols are known yet. Trying again…",
    "The database is away. Trying again…",
  ]);
  await pass(1);
  assert.deepEqual(told.at(-1), ["BTCUSDT"]);
});

test("a market that is listed later is told within five minutes, and nothing where all is as before or can't be had", async () => {
  answer = ["BTCUSDT"];
  await pass(3_000);
  told = [];
  await pass(300_000);
  answer = "The database is away";
  await pass(300_000);
  await pass(3_000);
  assert.deepEqual(told, []);
  answer = ["BTCUSDT", "NEWUSDT"];
  await pass(297_000);
  assert.deepEqual(told, [["BTCUSDT", "NEWUSDT"]]);
});
