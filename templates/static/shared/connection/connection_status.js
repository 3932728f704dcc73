/** The connection as the header tells it: connecting, live with its latency, reconnecting in n seconds, offline. */
import { byId } from "../elements.js";
import { setText } from "../painting.js";

const COUNTDOWN_STEP_MILLISECONDS = 250;
const CLOSED_BY_HAND = 1000;

export class ConnectionStatus {
  #elements = {
    state: byId("connection-state"),
    text: byId("connection-text"),
    countdown: byId("connection-countdown"),
    latency: byId("connection-latency"),
  };
  #button = byId("reconnect-button");
  #client;
  /** @type {number | undefined} */
  #countdown;

  /** @param {import("../../client/client.js").TidewireClient} client */
  constructor(client) {
    this.#client = client;
    client.on("connecting", ({ attempt }) => this.#show("connecting", attempt ? "Reconnecting…" : "Connecting…"));
    client.on("connected", () => this.#show("live", "Live"));
    client.on("reconnecting", ({ delay }) => this.#waiting(delay));
    client.on("disconnected", ({ code, reason }) => this.#show("offline", offlineText(code, reason)));
    client.on("latency", ({ milliseconds }) => this.#latency(milliseconds));
    this.#button.addEventListener("click", () => client.reconnect());
    this.#returnEarly();
  }

  /** @param {"connecting" | "live" | "reconnecting" | "offline"} state @param {string} text */
  #show(state, text) {
    clearInterval(this.#countdown);
    this.#elements.state.dataset.state = state;
    document.body.dataset.connection = state;
    setText(this.#elements.text, text);
    setText(this.#elements.countdown, "");
    if (state !== "live") setText(this.#elements.latency, "");
    this.#button.hidden = state === "live" || state === "connecting";
  }

  /** @param {number} delay ms */
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

  /** @param {number} milliseconds */
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
}

/** Closing by hand needs no explanation. @param {number} code @param {string} reason */
function offlineText(code, reason) {
  return reason && code !== CLOSED_BY_HAND ? `Offline: ${reason}` : "Offline";
}
