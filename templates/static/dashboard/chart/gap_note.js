/** Says on the chart what became of the newest gap of the chosen symbol, for a while. */
import { byId } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";
import { onMarketData } from "../../shared/market_data/market_data.js";
import { GapLog } from "./gap_log.js";

/** What comes within this time is told together, so that a screen reader says it once. */
const GATHER_MILLISECONDS = 500;
const SHOWN_MILLISECONDS = 60_000;
const SHOWN_INCOMPLETE_MILLISECONDS = 300_000;

export class GapNote {
  #node = byId("gap-note");
  #log = new GapLog();
  #symbol = "";
  /** @type {number | undefined} */
  #gathering;
  /** @type {number | undefined} */
  #hiding;

  /** @param {import("../../client/client.js").TidewireClient} client */
  constructor(client) {
    client.on("resync", (resync) => {
      if (resync.channel.split(":")[1] === this.#symbol && this.#log.resync(resync)) this.#tellSoon();
    });
    onMarketData(client, "trade", (data) => data.repaired && this.#take(data, () => this.#log.trade(data)));
    onMarketData(client, "kline", (data) => data.repaired && this.#take(data, () => this.#log.candle(data)));
  }

  /** @param {{symbol: string}} info of the symbol to tell of from now on */
  show({ symbol }) {
    this.#symbol = symbol;
    this.#log.clear();
    clearTimeout(this.#gathering);
    this.#hide();
  }

  /** @param {{symbol: string}} data @param {() => void} take */
  #take({ symbol }, take) {
    if (symbol !== this.#symbol) return;
    take();
    if (this.#log.sentence) this.#tellSoon();
  }

  #tellSoon() {
    clearTimeout(this.#gathering);
    this.#gathering = setTimeout(() => this.#tell(), GATHER_MILLISECONDS);
  }

  #tell() {
    clearTimeout(this.#hiding);
    setText(this.#node, `${this.#log.sentence}.`);
    this.#node.dataset.complete = String(this.#log.isComplete);
    const shown = this.#log.isComplete ? SHOWN_MILLISECONDS : SHOWN_INCOMPLETE_MILLISECONDS;
    this.#hiding = setTimeout(() => this.#hide(), shown);
  }

  #hide() {
    setText(this.#node, "");
  }
}
