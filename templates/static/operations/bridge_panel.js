/** The bridge: its state, how late the exchange's data is, and what was dropped on the way. */
import { byId } from "../shared/elements.js";
import { SERVING, exchangeName } from "../shared/market_data/exchange_text.js";
import { formatCount, formatDuration, formatMilliseconds, formatRate } from "../shared/format.js";
import { setText } from "../shared/painting.js";
import { Figures } from "./figures.js";

/** @typedef {import("../../../clients/javascript/events/system.js").BridgeReport} BridgeReport */

/** @type {import("./figures.js").Figure<BridgeReport>[]} */
const FIGURES = [
  { name: "Exchange", value: ({ source }) => exchangeName(source) },
  { name: "Address", value: ({ address }) => address || "–", isLong: true },
  { name: "In this state", value: ({ state_seconds: seconds }) => formatDuration(seconds) },
  { name: "Process", value: ({ holder }) => holder },
  {
    name: "Lag",
    title: "How long the newest message was on its way, by both clocks",
    value: ({ lag_ms: lag }) => formatMilliseconds(lag),
  },
  { name: "Lag p50", value: ({ lag_p50_ms: lag }) => formatMilliseconds(lag) },
  { name: "Lag p99", value: ({ lag_p99_ms: lag }) => formatMilliseconds(lag) },
  { name: "Frames/s", value: ({ frames_per_second: frames }) => formatRate(frames) },
  { name: "Streams", value: ({ streams }) => formatCount(streams) },
  { name: "Published", value: ({ published }) => formatCount(published) },
  {
    name: "Dropped",
    title: "Events lost for want of room while they could not be published",
    value: ({ dropped }) => formatCount(dropped),
    isBad: ({ dropped }) => dropped > 0,
  },
  { name: "Doubles left out", value: ({ doubles }) => formatCount(doubles) },
  { name: "Gaps filled", value: ({ gaps_filled: filled }) => formatCount(filled) },
  { name: "Gaps waiting", value: ({ gaps_waiting: waiting }) => formatCount(waiting) },
  {
    name: "Gaps not filled",
    value: ({ gaps_unfilled: unfilled }) => formatCount(unfilled),
    isBad: ({ gaps_unfilled: unfilled }) => unfilled > 0,
  },
  { name: "Reconnects", value: ({ reconnects }) => formatCount(reconnects) },
  {
    name: "Requests refused",
    value: ({ ack_errors: errors }) => formatCount(errors),
    isBad: ({ ack_errors: errors }) => errors > 0,
  },
  {
    name: "REST weight",
    title: "Used in this minute, as the exchange counts",
    value: ({ used_weight: weight }) => formatCount(weight),
  },
];

export class BridgePanel {
  #state = byId("bridge-state");
  #figures = new Figures(byId("bridge-facts"), FIGURES);

  /** @param {{bridge: BridgeReport | null}} report without one, nobody reads the exchange */
  show({ bridge }) {
    this.#tell(bridge?.state ?? "no bridge", bridge && SERVING.has(bridge.state) ? "good" : "bad");
    this.#figures.show(bridge);
  }

  clear() {
    this.#tell("–", "quiet");
    this.#figures.show(null);
  }

  /** @param {string} text @param {"good" | "bad" | "quiet"} level */
  #tell(text, level) {
    setText(this.#state, text);
    this.#state.dataset.level = level;
  }
}
