/**
 * Reads `{"candles": [[time, open, high, low, close, volume]], "decimals": …, "asked": [{"key": …, "parameters": {…}}]}` from
 * stdin, and writes what the dashboard shows of each of those indicators, one object of texts a candle, as JSON. A value is
 * taken after the candle has been seen in the making, as it would be live.
 */
import { text } from "node:stream/consumers";
import { CATALOGUE } from "../../../../templates/static/dashboard/indicators/indicator_catalogue.js";
import { IndicatorRun } from "../../../../templates/static/dashboard/indicators/indicator_run.js";
import { formatNumber } from "../../../../templates/static/shared/format.js";

const { candles, decimals, asked } = JSON.parse(await text(process.stdin));

function shown({ key, parameters }) {
  const entry = CATALOGUE.find((one) => one.key === key);
  const run = new IndicatorRun(() => entry.make(parameters, "1m"));
  return candles.map(([time, open, high, low, close, volume]) => {
    run.next({ time, open, high: open, low: open, close: open, volume: 0 });
    const values = Object.entries(run.next({ time, open, high, low, close, volume }));
    return Object.fromEntries(values.map(([name, value]) => [name, formatNumber(value, entry.decimals ?? decimals)]));
  });
}

process.stdout.write(JSON.stringify(asked.map(shown)));
