import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceText, chosen } from "../../../templates/static/operations/channel_choice.js";

const CHANNELS = [
  { channel: "trades:ETHUSDT", subscribers: 7 },
  { channel: "price:BTCUSDT", subscribers: 90 },
  { channel: "price:ETHUSDT", subscribers: 7 },
];
const names = (choice) => chosen(CHANNELS, choice).map(({ channel }) => channel);

test("it shows the most subscribed first, and those of one count by name", () => {
  assert.deepEqual(names({ text: "", sort: "subscribers" }), ["price:BTCUSDT", "price:ETHUSDT", "trades:ETHUSDT"]);
});

test("it sorts by name", () => {
  assert.deepEqual(names({ text: "", sort: "channel" }), ["price:BTCUSDT", "price:ETHUSDT", "trades:ETHUSDT"]);
  const reversed = chosen([...CHANNELS].reverse(), { text: "", sort: "channel" });
  assert.equal(reversed[2].channel, "trades:ETHUSDT");
});

test("it finds what has every word, in whatever case", () => {
  assert.deepEqual(names({ text: " eth PRICE ", sort: "channel" }), ["price:ETHUSDT"]);
  assert.deepEqual(names({ text: "nothing", sort: "channel" }), []);
});

test("it leaves the report's own order alone", () => {
  const before = CHANNELS.map(({ channel }) => channel);
  names({ text: "", sort: "channel" });
  assert.deepEqual(CHANNELS.map(({ channel }) => channel), before);
});

test("it says how many there are, and which of them it shows", () => {
  assert.equal(choiceText({ shown: 0, told: 0, total: 0 }), "Nobody has subscribed to anything.");
  assert.equal(choiceText({ shown: 1, told: 1, total: 1 }), "1 channel");
  assert.equal(choiceText({ shown: 3, told: 20, total: 20 }), "3 of 20 channels");
  assert.equal(choiceText({ shown: 100, told: 100, total: 1_234 }), "the 100 most subscribed of 1,234 channels");
  assert.equal(choiceText({ shown: 3, told: 100, total: 1_234 }), "3 of the 100 most subscribed of 1,234 channels");
});
