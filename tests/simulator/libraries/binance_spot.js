// All market data of spot that @binance/spot offers, asked of the exchange at `node binance_spot.js REST STREAMS`: prints
// one line of JSON, what came of each method.
import { createRequire } from "node:module";

const { Spot } = createRequire(import.meta.url)("@binance/spot");
const [restUrl, streamUrl] = process.argv.slice(2);
const symbol = "BTCUSDT";
const one = { symbol };
const ofZone = { symbol, interval: "1d", timeZone: "8", limit: 3 };

/** What its methods take, by REST's names. */
const REST = {
  ping: {},
  time: {},
  exchangeInfo: { permissions: ["SPOT"] },
  executionRules: one,
  depth: { symbol, limit: 5 },
  getTrades: { symbol, limit: 5 },
  historicalTrades: { symbol, limit: 5 },
  aggTrades: { symbol, limit: 5 },
  historicalBlockTrades: { symbol, fromId: 1 },
  klines: ofZone,
  uiKlines: ofZone,
  avgPrice: one,
  ticker24hr: { symbol, type: "MINI" },
  ticker: { symbol, windowSize: "4h" },
  tickerTradingDay: { symbol, timeZone: "8" },
  tickerPrice: { symbols: ["BTCUSDT", "ETHUSDT"] },
  tickerBookTicker: { symbol, symbolStatus: "TRADING" },
};
/** And by those of the WebSocket API. */
const API = {
  ping: {},
  time: {},
  exchangeInfo: { symbols: ["BTCUSDT"] },
  executionRules: one,
  depth: { symbol, limit: 5 },
  tradesRecent: { symbol, limit: 5 },
  tradesHistorical: { symbol, limit: 5 },
  tradesAggregate: { symbol, limit: 5 },
  blockTradesHistorical: { symbol, fromId: 1 },
  klines: ofZone,
  uiKlines: ofZone,
  avgPrice: one,
  ticker24hr: { symbol, type: "MINI" },
  ticker: { symbol, windowSize: "4h" },
  tickerTradingDay: { symbol, timeZone: "8" },
  tickerPrice: { symbols: ["BTCUSDT", "ETHUSDT"] },
  tickerBook: one,
};
/** Call each method, and return what came of it by its name. */
async function called(api, parameters, dataOf) {
  const results = {};
  for (const [method, sent] of Object.entries(parameters)) results[method] = await dataOf(await api[method](sent));
  return results;
}

/** Return code and words of a refusal. */
async function refusal(promise) {
  try {
    await promise;
    return null;
  } catch (error) {
    return { name: error.name, message: error.message };
  }
}

const client = new Spot({
  configurationRestAPI: { apiKey: "none", basePath: restUrl },
  configurationWebsocketAPI: { apiKey: "none", wsURL: `${streamUrl}/ws-api/v3` },
});
const api = await client.websocketAPI.connect();
const printed = {
  rest: await called(client.restAPI, REST, (response) => response.data()),
  api: await called(api, API, (response) => response.data),
  refused: {
    avgPrice: await refusal(client.restAPI.avgPrice({ symbol: "NOPEUSDT" })),
    referencePrice: await refusal(client.restAPI.referencePrice(one)),
    referencePriceCalculation: await refusal(client.restAPI.referencePriceCalculation(one)),
  },
};
await api.disconnect();
console.log(JSON.stringify(printed));
process.exit();
