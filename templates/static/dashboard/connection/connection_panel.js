/** The dock's tab about the connection: its state and quality, the buttons that open and close it, its latency. */
import { byId } from "../../shared/elements.js";
import { NOTHING, capitalized } from "../../shared/format.js";
import { oncePerFrame, setText } from "../../shared/painting.js";
import { isInSight } from "../dock/dock.js";
import { LatencyChart } from "./latency_chart.js";
import { LatencyHistory, latencyText } from "./latency_history.js";

const FIGURES = /** @type {const} */ (["latency", "mean", "jitter"]);
const COUNTS = /** @type {const} */ (["missed", "disconnections"]);
/** @type {import("@tidewire/client/protocol").Quality} */
const UNKNOWN = { quality: null, latency: null, mean: null, jitter: null, missed: 0, disconnections: 0 };

export class ConnectionPanel {
  #panel = byId("dock-connection");
  #connect = byId("connect-button");
  #disconnect = byId("disconnect-button");
  #history = new LatencyHistory();
  #chart = new LatencyChart();
  #client;
  #session;
  #state = "Not connected";
  #problem = "";

  /** Paint what is known now, in the next frame, if the tab is in sight. */
  refresh = oncePerFrame(() => this.#paint());

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {import("../../shared/session/session.js").Session} session
   */
  constructor(client, session) {
    this.#client = client;
    this.#session = session;
    this.#watchState();
    this.#watchLatency();
    client.on("error", ({ channel, message }) => channel || this.tell(message));
    session.addEventListener("change", this.refresh);
    this.#connect.addEventListener("click", () => this.#isOff && client.connect());
    this.#disconnect.addEventListener("click", () => this.#isOff || client.disconnect());
  }

  /** @param {string} problem shown until the next connection is there */
  tell(problem) {
    this.#problem = problem;
    this.refresh();
  }

  get #isOff() {
    return this.#client.state === "disconnected";
  }

  #watchState() {
    const tell = (/** @type {string} */ state) => {
      this.#state = state;
      this.refresh();
    };
    this.#client.on("connecting", ({ attempt }) => tell(attempt ? `Reconnecting, attempt ${attempt}` : "Connecting…"));
    this.#client.on("connected", () => {
      this.#problem = "";
      tell("Connected");
    });
    this.#client.on("authenticated", this.refresh);
    this.#client.on("reconnecting", ({ attempt }) => tell(`Waiting for attempt ${attempt}`));
    this.#client.on("disconnected", ({ reason }) => tell(reason || "Not connected"));
  }

  #watchLatency() {
    const note = (/** @type {Omit<import("./latency_history.js").Sample, "time">} */ sample) => {
      this.#history.add({ time: performance.now(), ...sample });
      this.refresh();
    };
    this.#client.on("latency", ({ milliseconds }) => note({ kind: "answered", milliseconds }));
    this.#client.on("missed", () => note({ kind: "missed" }));
    this.#client.on("reconnecting", () => note({ kind: "lost" }));
    this.#client.on("disconnected", () => note({ kind: "lost" }));
    this.#client.on("quality", this.refresh);
  }

  /** Whose the connection is, which may be somebody else's for a moment than the page's. */
  #userText() {
    const { user } = this.#session;
    return user && user.user_id === this.#client.userId ? user.username : "nobody";
  }

  #paint() {
    if (!isInSight(this.#panel)) return;
    const quality = this.#client.quality ?? UNKNOWN;
    const word = this.#client.state === "connected" ? (quality.quality ?? "") : "";
    const element = byName("word");
    element.dataset.quality = word;
    setText(element, word ? capitalized(word) : NOTHING);
    setText(byName("state"), this.#state);
    for (const name of FIGURES) setText(byName(name), latencyText(quality[name]));
    for (const name of COUNTS) setText(byName(name), String(quality[name] ?? 0));
    setText(byName("user"), this.#userText());
    setText(byName("problem"), this.#problem);
    this.#connect.setAttribute("aria-disabled", String(!this.#isOff));
    this.#disconnect.setAttribute("aria-disabled", String(this.#isOff));
    this.#chart.draw(this.#history, performance.now());
  }
}

/** @param {string} name */
function byName(name) {
  return byId(`quality-${name}`);
}
