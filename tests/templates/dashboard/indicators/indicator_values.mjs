/**
 * Reads `{"candles": [[time, open, high, low, close, volume]], "key": …, "parameters": {…}, "interval": …}` from stdin,
 * and writes the values of that indicator of the dashboard, one object a candle, as JSON. A value is taken after the
 * candle has been seen in the making, as it would be live.
 */
import { text } from "node:stream/consumers";
import { CATALOGUE } from "../../../../templates/static/dashboard/indicators/indicator_catalogue.js";
import { IndicatorRun } from "../../../../templates/static/dashboard/indicators/indicator_run.js";

const { candles, key, parameters, interval } = JSON.parse(await text(process.stdin));
const entry = CATALOGUE.find((one) => one.key === key);
const run = new IndicatorRun(() => entry.make(parameters, interval));
const values = candles.map(([time, open, high, low, close, volume]) => {
  run.next({ time, open, high: open, low: open, close: open, volume: 0 });
  return run.next({ time, open, high, low, close, volume });
});
process.stdout.write(JSON.stringify(values));
