/** Above a page: that one's trading is held back by a kill switch, and by which; allowing it again where it is one's own. */
import { byId } from "../../elements.js";
import { setText } from "../../painting.js";
import { RetriedRead } from "../../retried_read.js";
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
  #reading;

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
    this.#reading = new RetriedRead({
      ask: () => requests.killSwitch(),
      show: (state) => this.#show(state),
      refused: (refusal) => this.#refused(refusal),
      retryAfter,
    });
    this.#free.addEventListener("click", () => this.#ask());
  }

  /** Read how it stands. */
  load() {
    return this.#reading.load();
  }

  forget() {
    this.#reading.forget();
    this.#tell("");
    this.#free.hidden = true;
    this.#told(null);
  }

  /** Who has signed out has nothing to hear, and nothing to ask. @param {import("../../refusal.js").Refusal} refusal */
  #refused({ code, message }) {
    if (code === "signed_out") return false;
    this.#tell(`How your kill switch stands isn't known: ${message}. Trying again…`);
    return true;
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
