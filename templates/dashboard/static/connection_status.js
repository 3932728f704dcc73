/** The connection as the header tells it: connecting, live with its latency, reconnecting in n seconds, offline. */
import { setText } from "./painting.js";
import { fetchHealth } from "./rest.js";

const COUNTDOWN_STEP_MILLISECONDS = 250;
const HEALTH_INTERVAL_MILLISECONDS = 10_000;
const EXCHANGE_NAMES = { binance: "Binance", simulator: "Simulator" };

export class ConnectionStatus {
  #elements = elements("state", "text", "countdown", "latency");
  #button = document.getElementById("reconnect-button");
  #exchange = document.getElementById("exchange-state");
  #client;
  #countdown;

  /** @param {import("../client/client.js").TidewireClient} client */
  constructor(client) {
    this.#client = client;
    client.on("connecting", ({ attempt }) => this.#show("connecting", attempt ? "Reconnecting…" : "Connecting…"));
    client.on("connected", () => this.#show("live", "Live"));
    client.on("reconnecting", ({ delay }) => this.#waiting(delay));
    client.on("disconnected", ({ reason }) => this.#show("offline", reason ? `Offline: ${reason}` : "Offline"));
    client.on("latency", ({ milliseconds }) => this.#latency(milliseconds));
    this.#button.addEventListener("click", () => client.reconnect());
    this.#returnEarly();
    this.#watchExchange();
  }

  #show(state, text) {
    clearInterval(this.#countdown);
    this.#elements.state.dataset.state = state;
    document.body.dataset.connection = state;
    setText(this.#elements.text, text);
    setText(this.#elements.countdown, "");
    if (state !== "live") setText(this.#elements.latency, "");
    this.#button.hidden = state === "live" || state === "connecting";
  }

  #waiting(delay) {
    const end = performance.now() + delay;
    this.#show("reconnecting", "Reconnecting");
    const tell = () => {
      const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      setText(this.#elements.countdown, `in ${seconds} s`);
    };
    tell();
    this.#countdown = setInterval(tell, COUNTDOWN_STEP_MILLISECONDS);
  }

  #latency(milliseconds) {
    setText(this.#elements.latency, milliseconds < 1 ? "< 1 ms" : `${Math.round(milliseconds)} ms`);
  }

  /** Waste no wait where the network or the reader has just come back. */
  #returnEarly() {
    const retry = () => {
      if (this.#client.state === "reconnecting" && !document.hidden) this.#client.reconnect();
    };
    addEventListener("online", retry);
    document.addEventListener("visibilitychange", retry);
  }

  /** Say how the server stands with its exchange, which the connection to the server doesn't tell. */
  async #watchExchange() {
    if (!document.hidden) await this.#readExchange();
    setTimeout(() => this.#watchExchange(), HEALTH_INTERVAL_MILLISECONDS);
  }

  async #readExchange() {
    try {
      const { bridge } = await fetchHealth();
      this.#tellExchange(bridge ?? {});
    } catch (error) {
      if (error.name !== "RestError") throw error;
      this.#exchange.hidden = true; // the connection's own state already says that the server is away
    }
  }

  #tellExchange({ state, source }) {
    this.#exchange.hidden = !state;
    this.#exchange.dataset.state = state ?? "";
    setText(this.#exchange, `${EXCHANGE_NAMES[source] ?? source ?? "Exchange"}: ${state}`);
  }
}

function elements(...names) {
  return Object.fromEntries(names.map((name) => [name, document.getElementById(`connection-${name}`)]));
}
