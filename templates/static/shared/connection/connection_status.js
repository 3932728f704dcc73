/**
 * The connection as the header tells it: connecting, live with its latency, doubtful while it is live and brings nothing,
 * reconnecting in n seconds, offline. `data-connection` of the body has the state, and `data-feed` why it is doubtful.
 */
import { byId } from "../elements.js";
import { formatAge } from "../format.js";
import { setData, setText } from "../painting.js";
import { FeedDoubt } from "./feed_doubt.js";

const COUNTDOWN_STEP_MILLISECONDS = 250;
/** What is said of each doubt; the silence is counted beside it. */
const DOUBTS = { silent: "Nothing new", offline: "No network" };
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
  #doubt = new FeedDoubt();
  /** @type {number | undefined} */
  #countdown;

  /** @param {import("../../client/client.js").TidewireClient} client */
  constructor(client) {
    this.#client = client;
    client.on("connecting", ({ attempt }) => this.#show("connecting", attempt ? "Reconnecting…" : "Connecting…"));
    client.on("connected", () => this.#live());
    client.on("reconnecting", ({ delay }) => this.#waiting(delay));
    client.on("disconnected", ({ code, reason }) => this.#show("offline", offlineText(code, reason)));
    client.on("latency", ({ milliseconds }) => this.#latency(milliseconds));
    this.#button.addEventListener("click", () => client.reconnect());
    this.#returnEarly();
    this.#watchFeed();
  }

  #live() {
    this.#doubt.begin();
    this.#show("live", "Live");
  }

  #watchFeed() {
    this.#client.onMessage("*", (frame) => {
      this.#doubt.hear(performance.now(), { isNews: isNews(frame) });
      if (document.body.dataset.feed) this.#tellDoubt();
    });
    addEventListener("offline", () => {
      this.#doubt.goOffline(performance.now());
      this.#tellDoubt();
    });
    setInterval(() => this.#tellDoubt(), COUNTDOWN_STEP_MILLISECONDS);
  }

  /** The connection stays what it is: that it is lost is known only much later. */
  #tellDoubt() {
    if (this.#client.state !== "connected") return;
    const now = performance.now();
    const doubt = this.#doubt.at(now);
    setData(document.body, "feed", doubt);
    setData(this.#elements.state, "state", doubt ? "doubtful" : "live");
    setText(this.#elements.text, doubt ? DOUBTS[doubt] : "Live");
    if (doubt) setText(this.#elements.latency, ""); // it was measured before
    setText(this.#elements.countdown, doubt === "silent" ? `for ${formatAge(this.#doubt.silence(now))}` : "");
  }

  /** @param {"connecting" | "live" | "reconnecting" | "offline"} state @param {string} text */
  #show(state, text) {
    clearInterval(this.#countdown);
    this.#elements.state.dataset.state = state;
    document.body.dataset.connection = state;
    document.body.dataset.feed = "";
    setText(this.#elements.text, text);
    setText(this.#elements.countdown, "");
    if (state !== "live") setText(this.#elements.latency, "");
    if (state !== "connecting") this.#button.hidden = state === "live"; // it stays during an attempt: it would come and go with each
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

/**
 * What is old tells nothing new, though it comes now.
 *
 * @param {import("@tidewire/client/protocol").Frame} frame
 */
function isNews({ channel, data }) {
  return channel !== undefined && !data?.stale && !data?.repaired;
}

/** Closing by hand needs no explanation. @param {number} code @param {string} reason */
function offlineText(code, reason) {
  return reason && code !== CLOSED_BY_HAND ? `Offline: ${reason}` : "Offline";
}
