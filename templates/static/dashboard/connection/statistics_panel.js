/** The dock's tab about what flows: frames, bytes, rates, how long the connection has been up, its subscriptions. */
import { byId } from "../../shared/elements.js";
import { formatBytes, formatDuration, formatNumber, formatWhole } from "../../shared/format.js";
import { element, oncePerFrame, setText } from "../../shared/painting.js";
import { isInSight } from "../dock/dock.js";
import { ConnectionFlow } from "./connection_flow.js";

const SVG = "http://www.w3.org/2000/svg";
const CHART_HEIGHT = 20;
const LEAST_MOST = 10;

export class StatisticsPanel {
  #panel = byId("dock-statistics");
  #rows = byId("statistics-channels", "tbody");
  #bars = byId("rate-chart");
  #client;
  #traffic;
  /** @type {Map<string, ConnectionFlow>} */
  #flows = new Map();
  #connectedAt = NaN;

  /** Paint what is known now, in the next frame, if the tab is in sight. */
  refresh = oncePerFrame(() => this.#paint());

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {import("./connection_traffic.js").ConnectionTraffic} traffic
   */
  constructor(client, traffic) {
    this.#client = client;
    this.#traffic = traffic;
    client.on("connected", () => (this.#connectedAt = performance.now()));
    client.on("reconnecting", () => (this.#connectedAt = NaN));
    client.on("disconnected", () => (this.#connectedAt = NaN));
    client.onMessage("*", (frame) => this.#count(frame));
  }

  /** @param {{channel?: string}} frame */
  #count({ channel }) {
    if (!channel) return;
    const flow = this.#flows.get(channel) ?? new ConnectionFlow();
    flow.add(0, performance.now());
    this.#flows.set(channel, flow);
  }

  #paint() {
    if (!isInSight(this.#panel)) return;
    const now = performance.now();
    const { received, sent } = this.#traffic;
    const { frames, bytes } = received.rate(now);
    tell("uptime", formatDuration((now - this.#connectedAt) / 1_000));
    tell("rate", formatNumber(frames, 1));
    tell("byte-rate", formatBytes(bytes));
    tell("received", formatWhole(received.frames));
    tell("sent", formatWhole(sent.frames));
    tell("bytes-received", formatBytes(received.bytes));
    tell("bytes-sent", formatBytes(sent.bytes));
    tell("subscriptions", formatWhole(this.#client.channels.length));
    tell("queued", formatWhole(this.#client.statistics?.queued ?? 0));
    this.#paintBars(received.history(now));
    this.#paintRows(this.#client.channels.toSorted(), now);
  }

  /** @param {number[]} counts of frames, a second each */
  #paintBars(counts) {
    const most = Math.max(LEAST_MOST, ...counts);
    setText(byId("rate-most"), `(most: ${Math.max(...counts)})`);
    while (this.#bars.childElementCount < counts.length) this.#bars.append(document.createElementNS(SVG, "rect"));
    counts.forEach((count, second) => {
      const height = (count / most) * CHART_HEIGHT;
      const place = { x: second + 0.1, y: CHART_HEIGHT - height, width: 0.8, height };
      for (const [name, value] of Object.entries(place)) this.#bars.children[second].setAttribute(name, String(value));
    });
  }

  /**
   * The rows stay where they are while their figures change; whoever scrolls or reads isn't disturbed.
   *
   * @param {string[]} channels
   * @param {number} now
   */
  #paintRows(channels, now) {
    for (const channel of this.#flows.keys()) if (!channels.includes(channel)) this.#forget(channel);
    while (this.#rows.rows.length > channels.length) this.#rows.deleteRow(-1);
    while (this.#rows.rows.length < channels.length) this.#rows.append(row());
    channels.forEach((channel, index) => {
      const [name, frames, rate] = this.#rows.rows[index].cells;
      const flow = this.#flows.get(channel);
      setText(name, channel);
      setText(frames, formatWhole(flow?.frames ?? 0));
      setText(rate, formatNumber(flow?.rate(now).frames ?? 0, 1));
    });
  }

  /**
   * What matched a wildcard came under a name of its own, and is kept as long as any wildcard is there.
   *
   * @param {string} channel
   */
  #forget(channel) {
    if (!this.#client.channels.some((subscribed) => subscribed.includes("*"))) this.#flows.delete(channel);
  }
}

function row() {
  return element("tr", {}, element("th", { scope: "row" }), element("td"), element("td"));
}

/** @param {string} name @param {string} text */
function tell(name, text) {
  setText(byId(`statistics-${name}`), text);
}
