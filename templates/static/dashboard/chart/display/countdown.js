/** How long it is until the newest candle ends, in the corner below the scale of prices: told once a second. */
import { byId } from "../../../shared/elements.js";
import { msOf } from "../../../shared/moments.js";
import { setText } from "../../../shared/painting.js";
import { countdownText, endOf } from "./candle_end.js";
import { ExchangeClock } from "./exchange_clock.js";

const SECOND = 1_000;

export class Countdown {
  #node = byId("candle-countdown");
  #clock = new ExchangeClock();
  /** @type {number | undefined} ms since the epoch */
  #end;
  /** @type {number | undefined} */
  #next;

  /** @param {{timestamp?: import("@tidewire/client/protocol").Time, repaired?: boolean}} event that has just come: it tells the time */
  hear({ timestamp, repaired = false }) {
    if (!repaired) this.#clock.tell(msOf(timestamp));
  }

  /** @param {number | undefined} opening of the newest candle, ms; undefined: there is none @param {string} interval */
  show(opening, interval) {
    const end = opening === undefined ? undefined : endOf(opening, interval);
    if (end === this.#end) return;
    this.#end = end;
    this.#tell();
  }

  #tell() {
    clearTimeout(this.#next);
    const left = (this.#end ?? NaN) - this.#clock.now();
    this.#node.hidden = Number.isNaN(left);
    if (Number.isNaN(left)) return;
    setText(this.#node, countdownText(left));
    if (left > 0) this.#next = setTimeout(() => this.#tell(), left % SECOND || SECOND);
  }
}
