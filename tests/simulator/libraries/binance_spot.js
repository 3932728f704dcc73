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
/** And by those of the streams; the last two have nothing to tell. */
const STREAMS = {
  aggTrade: one,
  allMarketRollingWindowTicker: { windowSize: "1h" },
  allMiniTicker: {},
  avgPrice: one,
  bookTicker: one,
  diffBookDepth: { symbol, updateSpeed: "100ms" },
  kline: { symbol, interval: "1m" },
  klineOffset: { symbol, interval: "1d" },
  miniTicker: one,
  partialBookDepth: { symbol, levels: "5" },
  rollingWindowTicker: { symbol, windowSize: "4h" },
  ticker: one,
  trade: one,
  blockTrade: one,
  referencePrice: one,
};
const SILENT = 2;
/** What hasn't come by then is missing: the script fails, and says how its connections stand. */
const STREAMS_MS = 30_000;

/**
 * Subscribe to each stream, and return what first came of it by its method's name. Each has a connection of its own: the
 * exchange ends one that sends more than five messages a second, and the library doesn't keep count.
 */
async function heard(streams) {
  const came = {};
  let resolve;
  const all = new Promise((resolver) => {
    resolve = resolver;
  });
  setTimeout(resolve, STREAMS_MS);
  const hear = (method, data) => {
    came[method] ??= data;
    if (Object.keys(came).length >= Object.keys(STREAMS).length - SILENT) resolve();
  };
  for (const [method, sent] of Object.entries(STREAMS)) {
    streams[method](sent).on("message", (data) => hear(method, data));
  }
  await all;
  if (Object.keys(came).length < Object.keys(STREAMS).length - SILENT) throw new Error(standing(streams, came));
  return came;
}

/** Say which streams told something, and of each connection its state (1: open) and what it still had to ask. */
function standing({ websocketBase }, came) {
  const connections = websocketBase.connectionPool.map(({ ws, pendingSubscriptions }) => [
    ws?.readyState,
    pendingSubscriptions,
  ]);
  return JSON.stringify({ came: Object.keys(came), connections });
}

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
  configurationWebsocketStreams: { wsURL: streamUrl },
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
printed.streams = await heard(await client.websocketStreams.connect({ mode: "pool", poolSize: Object.keys(STREAMS).length }));
console.log(JSON.stringify(printed));
process.exit();
