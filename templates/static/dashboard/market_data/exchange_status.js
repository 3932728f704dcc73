/**
 * How the server stands with its exchange, which the connection to the server doesn't tell: `/health` is read gently,
 * and at once when data stops or comes back. `data-exchange` of the body has the state, for the panels' looks.
 */
import { byId } from "../../shared/elements.js";
import { SERVING, exchangeText } from "../../shared/market_data/exchange_text.js";
import { setData, setText } from "../../shared/painting.js";
import { onMarketData } from "../../shared/market_data/market_data.js";
import { RestError, fetchHealth } from "../../shared/market_data/rest.js";

const CALM_INTERVAL_MILLISECONDS = 10_000;
const TROUBLE_INTERVAL_MILLISECONDS = 2_500;
const LEAST_PAUSE_MILLISECONDS = 1_000;
const TICK_MILLISECONDS = 500;
/** After so long without news, of a market where something happens each second, the server is asked why. */
const PAUSE_MILLISECONDS = 2_500;
/** From here on silence counts as trouble, whatever the server says: the protocol's ten seconds, and a frame's way. */
const SILENCE_MILLISECONDS = 10_500;
/** Shorter silences are no news. */
const LEAST_SILENCE_MILLISECONDS = 1_000;
const DATA_TYPES = /** @type {const} */ (["price", "ticker", "kline", "depth", "trade"]);

export class ExchangeStatus {
  #text = byId("exchange-state");
  #spoken = byId("exchange-announcement");
  #client;
  /** @type {import("../../shared/market_data/exchange_text.js").Exchange | undefined} what the server said last */
  #exchange;
  #freshAt = NaN;
  #askedAt = -Infinity;
  #asking = false;

  /** @param {import("../../client/client.js").TidewireClient} client */
  constructor(client) {
    this.#client = client;
    for (const type of DATA_TYPES) onMarketData(client, type, (data) => this.#hear(data));
    client.on("connected", () => this.#connected());
    client.on("resync", () => this.#askSoon());
    document.addEventListener("visibilitychange", () => this.#askSoon());
    setInterval(() => this.#tick(), TICK_MILLISECONDS);
    this.#ask();
  }

  /** What was missed while there was no connection is no silence of the exchange's. */
  #connected() {
    if (this.#freshAt) this.#freshAt = performance.now();
    this.#askSoon();
  }

  /** @param {import("@tidewire/client/protocol").Marks} marks */
  #hear({ stale, repaired }) {
    if (repaired) return;
    if (!stale) this.#freshAt = performance.now();
    if (Boolean(stale) === this.#isServing) this.#askSoon(); // it has changed since the server said so
  }

  get #silence() {
    return performance.now() - this.#freshAt;
  }

  #tick() {
    const isSilent = this.#silence >= SILENCE_MILLISECONDS;
    const isCalm = this.#isServing && !isSilent;
    const interval = isCalm ? CALM_INTERVAL_MILLISECONDS : TROUBLE_INTERVAL_MILLISECONDS;
    const hasPaused = this.#silence >= PAUSE_MILLISECONDS && this.#askedAt < this.#freshAt + PAUSE_MILLISECONDS;
    if (hasPaused || performance.now() - this.#askedAt >= interval) this.#askSoon();
    this.#tell();
  }

  #askSoon() {
    if (document.hidden || performance.now() - this.#askedAt < LEAST_PAUSE_MILLISECONDS) return;
    this.#ask();
  }

  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    this.#askedAt = performance.now();
    try {
      this.#exchange = (await fetchHealth()).bridge;
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      this.#exchange = undefined; // the connection's own state already says that the server is away
    } finally {
      this.#asking = false;
    }
    this.#tell();
  }

  #tell() {
    const exchange = this.#seen();
    setData(document.body, "exchange", exchange?.state ?? "");
    setData(this.#text, "state", exchange?.state ?? "");
    const silence = this.#silence >= LEAST_SILENCE_MILLISECONDS ? this.#silence : undefined;
    const { text, spoken } = exchange ? exchangeText(exchange, silence) : { text: "", spoken: "" };
    setText(this.#text, text);
    if (this.#text.title !== text) this.#text.title = text;
    setText(this.#spoken, spoken);
  }

  /** Whether prices are new, as the server said last. */
  get #isServing() {
    return this.#exchange !== undefined && SERVING.has(this.#exchange.state);
  }

  /** What the reader's own eyes say counts for more than what the server has said last. */
  #seen() {
    const isMute = this.#client.state === "connected" && this.#silence >= SILENCE_MILLISECONDS;
    if (isMute && this.#exchange && this.#isServing) return { ...this.#exchange, state: "stale" };
    return this.#exchange;
  }
}
