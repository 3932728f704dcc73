/**
 * The markets that the server has: asked for until it knows some, as it may have started a moment before the page, and now
 * and again from then on, so that a page that is open all day has what was listed meanwhile.
 */
import { RestError, fetchSymbols } from "../../shared/market_data/rest.js";
import { RetriedRead } from "../../shared/retried_read.js";

const RETRY_MILLISECONDS = 3_000;
const REFRESH_MILLISECONDS = 300_000;

/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */

export class ListedMarkets {
  #changed;
  #tell;
  #known = "";
  #read = new RetriedRead({
    ask: readAny,
    show: (symbols) => this.#take(symbols),
    refused: (refusal) => this.#refused(refusal),
    retryAfter: RETRY_MILLISECONDS,
  });

  /**
   * @param {(symbols: SymbolInfo[]) => void} changed told of all that there are: at first, and when they are others
   * @param {(text: string) => void} tell why there are none yet
   */
  constructor(changed, tell) {
    this.#changed = changed;
    this.#tell = tell;
  }

  start() {
    this.#read.load();
    setInterval(() => document.hidden || this.#read.load(), REFRESH_MILLISECONDS);
  }

  /** @param {SymbolInfo[]} symbols */
  #take(symbols) {
    const known = JSON.stringify(symbols);
    if (known === this.#known) return;
    this.#known = known;
    this.#changed(symbols);
  }

  /** What is known stays, until it is asked for the next time. @param {import("../../shared/refusal.js").Refusal} refusal */
  #refused({ message }) {
    if (this.#known) return false;
    this.#tell(`${message}. Trying again…`);
    return true;
  }
}

async function readAny() {
  const symbols = await fetchSymbols();
  if (!symbols.length) throw new RestError("Market data unavailable: no symbols are known yet", "no_symbols");
  return symbols;
}
