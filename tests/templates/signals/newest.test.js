import assert from "node:assert/strict";
import { test } from "node:test";
import { bySymbol, keyOf, liveSignal, merged, readAgainIn } from "../../../templates/static/signals/newest/signal_list.js";
import { actionText, adviceText, modelText, noteText, outcomeText, reasonText } from "../../../templates/static/signals/newest/signal_text.js";
import { MINUTE, START, signal } from "./fixtures.js";

const given = (changes) => /** @type {any} */ (signal(changes));
const symbols = (signals) => signals.map(({ symbol, timestamp }) => `${symbol} ${(timestamp - START) / MINUTE}`);

test("what came live stands in the list until the server's has it, and once", () => {
  const live = [given({ timestamp: START + MINUTE }), given({ symbol: "ETHUSDT" }), given()];
  const read = [given({ outcome: "right" })];
  assert.deepEqual(symbols(merged(read, live)), ["BTCUSDT 1", "BTCUSDT 0", "ETHUSDT 0"]);
  assert.equal(merged(read, live)[1].outcome, "right");
  assert.equal(merged([given(), given({ confidence: 0.9 })], []).length, 1, "two of one model with other parameters: one row");
  assert.equal(keyOf(given({ timestamp: "2026-11-22T12:00:00.000Z" })), keyOf(given()));
});

test("a live one has the title that is known of its model, and waits unless it says to hold", () => {
  const frame = { symbol: "BTCUSDT", model: "rsi_reversion", horizon: "1m", action: "buy", price: 1, confidence: 1, timestamp: START };
  const { title, outcome, judged_at: at, version } = liveSignal(frame, [given()]);
  assert.deepEqual([title, outcome, at, version], ["RSI reversion", "waiting", null, ""]);
  const other = liveSignal({ ...frame, model: "dca", action: "hold", version: "2" }, [given()]);
  assert.deepEqual([other.title, other.outcome, other.version], ["dca", "hold", "2"]);
});

test("it groups by symbol, and says how many are left out", () => {
  const all = [given({ timestamp: START + MINUTE }), given(), given({ symbol: "ETHUSDT" })];
  const shown = (market, most) => bySymbol(all, market, most).map(({ symbol, signals, more }) => [symbol, signals.length, more]);
  assert.deepEqual(shown("", 1), [["BTCUSDT", 1, 1], ["ETHUSDT", 1, 0]]);
  assert.deepEqual(shown("BTCUSDT", 50), [["BTCUSDT", 2, 0]]);
});

test("it reads again once a candle has closed by which one is judged, neither always nor never", () => {
  assert.equal(readAgainIn([given({ judged_at: START + 30_000 }), given()], START), 32_000);
  assert.equal(readAgainIn([given({ judged_at: START })], START), 5_000);
  assert.equal(readAgainIn([given({ judged_at: START - MINUTE }), given({ judged_at: null })], START), 60_000);
  assert.equal(readAgainIn([given({ outcome: "right" })], START), 60_000);
});

test("a signal is told in words and shapes, not in colours alone", () => {
  assert.deepEqual(["buy", "sell", "hold"].map((action) => actionText(given({ action }))), ["▲ Buy", "▼ Sell", "■ Hold"]);
  assert.equal(adviceText(given(), 2), "at 94,000.00, 60% sure, for the next 1m");
  assert.equal(adviceText(given({ confidence: 1 }), 2), "at 94,000.00, by its rule, for the next 1m");
  assert.equal(adviceText(given({ price: 1e-8 }), undefined), "at 0.00000001, 60% sure, for the next 1m");
  assert.deepEqual([modelText(given()), modelText(given({ version: "" }))], ["RSI reversion, version 1", "RSI reversion"]);
  assert.deepEqual([reasonText(given()), reasonText(given({ reason: "" }))], ["RSI 28 is below 30", "No reason given."]);
});

test("what became of it is told, and until when it waits", () => {
  const told = (changes, now = START) => outcomeText(given(changes), now);
  assert.deepEqual([told({ outcome: "right" }), told({ outcome: "wrong" }), told({ outcome: "hold" })], ["✓ Right", "✗ Wrong", "Not judged"]);
  assert.deepEqual([told(), told({}, START + 3 * MINUTE), told({ judged_at: null })], ["… Waiting until 12:02", "… Waiting for its candle", "… Waiting"]);
});

test("it is told where nothing is to be seen, and where strategies are left out or markets not followed live", () => {
  const symbols = Array.from({ length: 41 }, (_, index) => `C${index}USDT`);
  assert.equal(noteText([given()], ["BTCUSDT"], true), "");
  assert.match(noteText([], [], true), /^Nothing is public here yet\./);
  assert.match(noteText([], ["BTCUSDT"], true), /^None of the public strategies/);
  assert.match(noteText([given()], ["BTCUSDT"], false), /^There are more public strategies than are shown here/);
  assert.match(noteText([given()], symbols, true), /^Of so many markets the first 40 are followed live/);
});
