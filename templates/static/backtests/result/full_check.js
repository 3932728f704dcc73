/** The checks of a whole run, made when the reader asks for them; those of every result look at some of its decisions. */
import { byId } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";

/** @typedef {import("../../../types/backtests.js").Result} Result */

const PAUSE_MILLISECONDS = 3_000;
/** Ten minutes: a check that was not made by then isn't waited for. */
const MOST_ASKED = 200;

export class FullCheck {
  #button = byId("check-full");
  #note = byId("check-note");
  #requests;
  #checked;
  #runs = new Turns();
  /** @type {Result | null} */
  #result = null;

  /** @param {import("../requests.js").BacktestRequests} requests @param {(result: Result) => void} checked */
  constructor(requests, checked) {
    this.#requests = requests;
    this.#checked = checked;
    this.#button.addEventListener("click", () => this.#check());
  }

  /** @param {Result | null} result null: none is shown */
  show(result) {
    this.#runs.begin();
    this.#result = result;
    this.#button.hidden = !result || result.checks.is_full || Boolean(result.is_partial);
    this.#button.removeAttribute("aria-disabled");
    setText(this.#note, "");
  }

  async #check() {
    const result = this.#result;
    if (!result || this.#button.hasAttribute("aria-disabled")) return;
    const isMeant = this.#runs.current();
    this.#button.setAttribute("aria-disabled", "true");
    setText(this.#note, "Checking the whole run…");
    try {
      const checks = await this.#awaited(result.backtest.id, isMeant);
      if (!isMeant()) return;
      if (checks) this.#checked({ ...result, checks });
      else setText(this.#note, "It takes long: look again later.");
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (!isMeant()) return;
      this.#button.removeAttribute("aria-disabled");
      setText(this.#note, `${error.message}.`);
    }
  }

  /** @param {string} id @param {() => boolean} isMeant @returns {Promise<Result["checks"] | null>} null: nobody waits any more, or it takes too long */
  async #awaited(id, isMeant) {
    for (let asked = 0; asked < MOST_ASKED && isMeant(); asked += 1) {
      const { checks, is_checking: isChecking } = await this.#requests.check(id);
      if (!isChecking) return checks;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
    return null;
  }
}
