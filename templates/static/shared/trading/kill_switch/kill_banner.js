/** Above a page: that one's trading is held back by a kill switch, and by which; allowing it again where it is one's own. */
import { byId } from "../../elements.js";
import { setText } from "../../painting.js";
import { isRefusal } from "../../refusal.js";
import { Retry } from "../../retry.js";
import { Turns } from "../../turns.js";
import { isOwn, standingText } from "./kill_switch_text.js";
import { reasonField } from "./reason_field.js";

/** @typedef {import("../../../../types/trading.js").KillSwitchState} KillSwitchState */

export class KillBanner {
  #banner = byId("kill-banner");
  #free = byId("kill-free");
  #requests;
  #dialog;
  #told;
  #freed;
  #retry;
  /** Counts who is here, and what was asked: an answer to somebody else, or an older one, counts no more. */
  #turns = new Turns();

  /**
   * @param {import("../trading_requests.js").TradingRequests} requests
   * @param {import("../../confirm_dialog.js").ConfirmDialog} dialog
   * @param {object} [parts]
   * @param {(state: KillSwitchState | null) => void} [parts.told] how it stands; null: nobody is signed in
   * @param {() => void} [parts.freed] what it has done is to be read
   * @param {number} [parts.retryAfter] ms until what couldn't be read is asked for again
   */
  constructor(requests, dialog, { told = () => undefined, freed = () => undefined, retryAfter } = {}) {
    this.#requests = requests;
    this.#dialog = dialog;
    this.#told = told;
    this.#freed = freed;
    this.#retry = new Retry(retryAfter);
    this.#free.addEventListener("click", () => this.#ask());
  }

  /** Read how it stands. */
  async load() {
    const isNewest = this.#turns.begin();
    this.#retry.stop();
    try {
      const state = await this.#requests.killSwitch();
      if (isNewest()) this.#show(state);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isNewest() && error.code !== "signed_out") this.#failed(error.message);
    }
  }

  forget() {
    this.#turns.begin();
    this.#retry.stop();
    this.#tell("");
    this.#free.hidden = true;
    this.#told(null);
  }

  /** @param {string} message */
  #failed(message) {
    this.#tell(`How your kill switch stands isn't known: ${message}. Trying again…`);
    this.#retry.later(() => this.load());
  }

  /** @param {KillSwitchState} state */
  #show(state) {
    this.#tell(standingText(state));
    this.#free.hidden = !isOwn(state);
    this.#told(state);
  }

  /** @param {string} words none: one may trade */
  #tell(words) {
    this.#banner.hidden = !words;
    setText(byId("kill-text"), words);
  }

  #ask() {
    const { input, field } = reasonField("");
    this.#dialog.ask({
      title: "Allow trading again?",
      says: ["New orders of yours are taken again.", "No grid is started by it: those that stopped stay stopped."],
      button: "Allow trading",
      fields: [field],
      act: async () => {
        await this.#requests.throwKillSwitch({ action: "deactivate", scope: "user", reason: input.value });
        this.load();
        this.#freed();
        return ["You may trade again."];
      },
    });
  }
}
