import assert from "node:assert/strict";
import { test } from "node:test";
import { exchangeText } from "../../../../templates/static/shared/market_data/exchange_text.js";

for (const [exchange, silence, text] of [
  [{ state: "live", source: "binance" }, undefined, "Binance: live"],
  [{ state: "stale", source: "binance" }, 12_900, "Nothing new from Binance for 12 s; what you see may be old"],
  [{ state: "stale", source: "binance" }, undefined, "Nothing new from Binance; what you see may be old"],
  [{ state: "reconnecting", source: "simulator" }, 70_000, "Reconnecting to Simulator; nothing new for 1 min"],
  [{ state: "connecting", source: "binance" }, undefined, "Connecting to Binance…"],
  [{ state: "fallback", source: "binance", address: 2 }, undefined, "Live, on the second address of Binance"],
  [{ state: "fallback", source: "binance" }, undefined, "Live, on another address of Binance"],
  [
    { state: "fallback", source: "simulator", stands_in_for: "binance" },
    undefined,
    "Binance is away: simulated prices, not real ones, until it is back",
  ],
  [{ state: "down" }, undefined, "Nothing reads the exchange now; what you see may be old"],
  [{ state: "resting", source: "elsewhere" }, undefined, "elsewhere: resting"],
  [{ state: "live", source: "kraken" }, undefined, "Kraken: live"],
]) {
  test(`it says "${text}"`, () => {
    assert.equal(exchangeText(exchange, silence).text, text);
  });
}

test("it says to a screen reader what doesn't change by the second", () => {
  const stale = { state: "stale", source: "binance" };
  assert.equal(exchangeText(stale, 12_000).spoken, exchangeText(stale, 13_000).spoken);
});
