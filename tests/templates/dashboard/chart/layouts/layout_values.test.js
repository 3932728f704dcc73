import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutOf, looksOf } from "../../../../../templates/static/dashboard/chart/layouts/layout_values.js";
import { choiceOf, textOf } from "../../../../../templates/static/dashboard/indicators/indicator_choice.js";

const CHOICE = [
  { key: "bollinger", parameters: { period: 20, deviations: 2.5 }, colours: { "line-3": "line-7" } },
  { key: "sma", parameters: { period: 9 }, colours: {} },
];
const LOOKS = {
  ...{ interval: "15m", display: { type: "area", scale: "logarithmic" }, compare: "ETHUSDT" },
  choice: choiceOf(JSON.stringify(CHOICE)),
};

test("a layout that was kept looks as it did", () => {
  const again = looksOf(JSON.parse(JSON.stringify(layoutOf(LOOKS))), "1m");
  assert.deepEqual({ ...again, choice: textOf(again.choice) }, { ...LOOKS, choice: JSON.stringify(CHOICE) });
});

test("the server is told numbers exactly", () => {
  assert.deepEqual(layoutOf(LOOKS).indicators[0].parameters, { period: "20", deviations: "2.5" });
});

test("an empty choice of indicators stays empty", () => {
  assert.deepEqual(looksOf(layoutOf({ ...LOOKS, choice: [] }), "1m").choice, []);
});

test("what another version has kept is left out, and the rest stays", () => {
  const indicators = [{ key: "of-tomorrow", parameters: {}, colours: {} }, { key: "ema", parameters: { period: "1e9" }, colours: {} }];
  const looks = looksOf({ interval: "7m", type: "pie", scale: "cubic", compare: "", indicators }, "5m");
  assert.deepEqual([looks.interval, looks.display], ["5m", { type: "candles", scale: "linear" }]);
  assert.deepEqual(looks.choice.map(({ entry, parameters }) => [entry.key, parameters]), [["ema", { period: 20 }]]);
});
