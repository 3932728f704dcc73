/** Which signals stand in the list: what was read, and what has come live since. Pure. */
import { msOf } from "../../shared/moments.js";

/** @typedef {import("../../../types/signals.js").PublicSignal} PublicSignal */

/** So many symbols are followed live, as a connection has only so many subscriptions; the others are read again. */
export const MOST_LIVE = 40;

const LEAST_MILLISECONDS = 5_000;
const MOST_MILLISECONDS = 60_000;
/** So long after a candle has closed it is stored. */
const STORED_MILLISECONDS = 2_000;

/** @param {PublicSignal} signal @returns {string} what tells it from any other */
export function keyOf({ symbol, model, horizon, timestamp, action, price }) {
  return [symbol, model, horizon, msOf(timestamp), action, price].join(" ");
}

/**
 * @param {any} data of a frame on `signals:<SYMBOL>`
 * @param {readonly {model: string, title: string}[]} known by which the model's title is known
 * @returns {PublicSignal}
 */
export function liveSignal(data, known) {
  const title = known.find(({ model }) => model === data.model)?.title ?? data.model;
  const outcome = data.action === "hold" ? "hold" : "waiting";
  return { ...data, title, version: data.version ?? "", reason: data.reason ?? "", outcome, judged_at: null };
}

/**
 * @param {readonly PublicSignal[]} read the server's list
 * @param {readonly PublicSignal[]} live what came since it was asked for: some may be in the list, some not yet
 * @returns {PublicSignal[]} each once, by symbol, the newest first
 */
export function merged(read, live) {
  const all = [...new Map([...live, ...read].map((signal) => [keyOf(signal), signal])).values()];
  return all.sort((one, other) => one.symbol.localeCompare(other.symbol) || msOf(other.timestamp) - msOf(one.timestamp));
}

/**
 * @param {readonly PublicSignal[]} signals
 * @param {string} market which is looked at; empty: all
 * @param {number} most of each
 * @returns {{symbol: string, signals: PublicSignal[], more: number}[]} by symbol; `more` are left out
 */
export function bySymbol(signals, market, most) {
  const symbols = [...new Set(signals.map(({ symbol }) => symbol))].filter((symbol) => !market || symbol === market);
  return symbols.map((symbol) => {
    const its = signals.filter((signal) => signal.symbol === symbol);
    return { symbol, signals: its.slice(0, most), more: Math.max(0, its.length - most) };
  });
}

/**
 * @param {readonly PublicSignal[]} signals
 * @param {number} now ms since the epoch
 * @returns {number} ms until there may be something new to read: an outcome, or another public strategy
 */
export function readAgainIn(signals, now) {
  const due = signals.filter(({ outcome }) => outcome === "waiting").map(({ judged_at: at }) => msOf(at) + STORED_MILLISECONDS - now);
  const next = Math.min(MOST_MILLISECONDS, ...due.filter((milliseconds) => milliseconds > -LEAST_MILLISECONDS));
  return Math.max(LEAST_MILLISECONDS, next);
}
