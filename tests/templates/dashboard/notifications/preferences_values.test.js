import assert from "node:assert/strict";
import { test } from "node:test";
import { given, valuesOf } from "../../../../templates/static/dashboard/notifications/preferences_values.js";

const PAGE = ["websocket"];
const KINDS = { alert: PAGE, order: PAGE, grid: PAGE, strategy: PAGE, backtest: PAGE, wallet: PAGE, system: PAGE };
const PREFERENCES = { kinds: KINDS, quiet_hours: null, digest: true, escalate: false, sound: false, vibration: true, switched_off: [] };
const valuesWith = (change) => ({ ...valuesOf(PREFERENCES, "Europe/Berlin"), ...change });

test("it offers quiet hours of the reader's own time zone where there are none", () => {
  const { isQuiet, start, end, timezone } = valuesOf(PREFERENCES, "Europe/Berlin");
  assert.deepEqual([isQuiet, start, end, timezone], [false, "22:00", "07:00", "Europe/Berlin"]);
  const quiet = { start: "23:15", end: "06:00", timezone: "Asia/Tokyo" };
  assert.deepEqual(valuesOf({ ...PREFERENCES, quiet_hours: quiet }, "UTC").timezone, "Asia/Tokyo");
});

test("it tells the kinds that were changed, so that the others keep their default", () => {
  const changed = { ...KINDS, alert: ["webhook", "email"], order: ["websocket"] };
  assert.deepEqual(given(valuesWith({ kinds: changed }), PREFERENCES).kinds, { alert: ["email", "webhook"] });
  assert.deepEqual(given(valuesWith({}), PREFERENCES), { kinds: {}, quiet_hours: null, digest: true, escalate: false, sound: false, vibration: true });
});

test("it tells a kind of which all channels were taken away", () => {
  assert.deepEqual(given(valuesWith({ kinds: { ...KINDS, system: [] } }), PREFERENCES).kinds, { system: [] });
});

test("it tells quiet hours while they are on", () => {
  const quiet = valuesWith({ isQuiet: true, start: "21:00" });
  assert.deepEqual(given(quiet, PREFERENCES).quiet_hours, { start: "21:00", end: "07:00", timezone: "Europe/Berlin" });
});
