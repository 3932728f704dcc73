/** What the page reads by HTTP. Every failure is a RestError whose message is fit to be shown. */
import { jsonOf } from "../json.js";

const PAGE_SIZE = 500;
export const HISTORY_LENGTH = 500;
/** The most candles that the server gives at once: `MAXIMUM_CANDLES` of streaming/market/parameters.py. */
export const MOST_CANDLES_AT_ONCE = 1_000;
const RETRY_MILLISECONDS = 3_000;
/**
 * Until a server that hasn't answered counts as one that can't be reached: it may ask its exchange first, and a slow phone
 * reads a thousand candles for a while.
 */
const PATIENCE_MILLISECONDS = 30_000;
/** As for whatever else has a short answer: `session_requests.js`. */
const HEALTH_PATIENCE_MILLISECONDS = 10_000;

/**
 * @typedef {import("../../../types/market.js").Symbol} Symbol
 * @typedef {{time: number, open: number, high: number, low: number, close: number, volume: number}} Candle
 */

/** @param {unknown} error @returns {boolean} whether whoever asked has given it up */
export function isAbort(error) {
  return error instanceof Error && error.name === "AbortError";
}

export class RestError extends Error {
  /**
   * @param {string} message
   * @param {string} code
   */
  constructor(message, code) {
    super(message);
    this.name = "RestError";
    this.code = code;
  }
}

/** @returns {Promise<Symbol[]>} those that trade, in the server's order */
export async function fetchSymbols() {
  /** @type {Symbol[]} */
  const symbols = [];
  let total = Infinity;
  while (symbols.length < total) {
    const page = await getJson("/api/v1/market/symbols/", { limit: PAGE_SIZE, offset: symbols.length });
    symbols.push(...page.items);
    total = page.items.length ? page.total : 0;
  }
  return symbols.filter(({ status }) => status === "TRADING");
}

/** Ask until the server knows its symbols: it may have started a moment before this page. */
export async function awaitSymbols() {
  for (;;) {
    try {
      const loaded = await fetchSymbols();
      if (loaded.length) return loaded;
    } catch (error) {
      if (!(error instanceof RestError)) throw error; // asked again
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
  }
}

/**
 * @param {string} symbol
 * @param {string} interval
 * @param {{end?: number, limit?: number, signal?: AbortSignal, patience?: number}} [options] `end`: the latest opening, ms; `patience`: ms
 * @returns {Promise<Candle[]>} the newest until `end`, oldest first
 */
export async function fetchHistory(symbol, interval, { end, limit = HISTORY_LENGTH, signal, patience } = {}) {
  const parameters = { symbol, interval, limit, ...(end === undefined ? {} : { end }) };
  /** @type {{candles: [number, number, number, number, number, number][]}} */
  const { candles } = await getJson("/api/v1/market/history/", parameters, { signal, patience });
  return candles.map(([time, open, high, low, close, volume]) => ({ time, open, high, low, close, volume }));
}

/** @param {number} [patience] ms @returns {Promise<{bridge: import("./exchange_text.js").Exchange}>} the server's parts and their state */
export function fetchHealth(patience = HEALTH_PATIENCE_MILLISECONDS) {
  return getJson("/health", {}, { patience });
}

/**
 * @param {string} path
 * @param {Record<string, string | number>} parameters
 * @param {{signal?: AbortSignal, patience?: number}} [options] `signal` gives it up
 * @returns {Promise<any>}
 * @throws {RestError} or the signal's reason
 */
async function getJson(path, parameters, { signal: given, patience = PATIENCE_MILLISECONDS } = {}) {
  const signal = AbortSignal.any([AbortSignal.timeout(patience), ...(given ? [given] : [])]); // holds for the whole answer
  const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])).toString();
  const response = await answered(fetch(query ? `${path}?${query}` : path, { signal }), given);
  const body = await answered(response.text(), given);
  const json = jsonOf(body);
  if (response.ok && json) return json;
  const { code = "http_error", message = `The server answered with ${response.status}` } = json?.error ?? {};
  throw new RestError(message, code);
}

/**
 * @template Answer
 * @param {Promise<Answer>} promise of the network, whose failures have words that differ from browser to browser
 * @param {AbortSignal} [signal] by which whoever asked gives it up
 */
async function answered(promise, signal) {
  try {
    return await promise;
  } catch {
    signal?.throwIfAborted();
    throw new RestError("The server can't be reached", "unreachable");
  }
}
