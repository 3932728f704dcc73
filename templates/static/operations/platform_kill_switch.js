/** The kill switch of the whole platform, for staff: how it stands, throwing it to a level, and allowing trading again. */
import { byId } from "../shared/elements.js";
import { formatTime } from "../shared/format.js";
import { element, setData, setText } from "../shared/painting.js";
import { isRefusal } from "../shared/refusal.js";
import { RetriedRead } from "../shared/retried_read.js";
import { doneText, freeSentences, platformSentences, platformText, progressSentences } from "../shared/trading/kill_switch/kill_switch_text.js";
import { reasonField } from "../shared/trading/kill_switch/reason_field.js";

const PROGRESS_MILLISECONDS = 1_000;
/** @type {Record<string, string>} of the badge, by the level */
const LOOKS = { active: "good", reduce_only: "bad", halted: "bad" };
const DOES = /** @type {const} */ ({
  reduce_only: { title: "Reduce all trading of everybody?", button: "Take only what sells" },
  halted: { title: "Halt all trading of everybody?", button: "Halt all trading" },
});

/** @typedef {import("../../types/trading.js").TradingLevel} Level */
/** @typedef {import("../../../clients/javascript/events/system.js").KillSwitch} Thrown */

export class PlatformKillSwitch {
  #level = byId("kill-level");
  #text = byId("kill-standing");
  #last = byId("kill-last");
  #buttons = { active: byId("kill-active", "button"), reduce_only: byId("kill-reduce", "button"), halted: byId("kill-halt", "button") };
  #requests;
  #dialog;
  #session;
  #reading;

  /**
   * @param {import("../shared/trading/trading_requests.js").TradingRequests} requests
   * @param {import("../shared/confirm_dialog.js").ConfirmDialog} dialog
   * @param {import("../shared/session/session.js").Session} session
   * @param {{retryAfter?: number}} [options] ms until what couldn't be read is asked for again
   */
  constructor(requests, dialog, session, { retryAfter } = {}) {
    this.#requests = requests;
    this.#reading = new RetriedRead({
      ask: () => requests.killSwitch(),
      show: ({ global: level }) => this.#show(level),
      refused: ({ message }) => this.#refused(message),
      retryAfter,
    });
    this.#dialog = dialog;
    this.#session = session;
    this.#buttons.active.addEventListener("click", () => this.#askToFree());
    for (const level of /** @type {const} */ (["reduce_only", "halted"])) this.#buttons[level].addEventListener("click", () => this.#askToThrow(level));
  }

  /** Read how it stands. */
  load() {
    return this.#reading.load();
  }

  /** @param {string} problem */
  #refused(problem) {
    setText(this.#text, `How it stands isn't known: ${problem}. Trying again…`);
    return true;
  }

  /** @param {Thrown} thrown @param {string | number} time at which it was */
  told({ scope, reason, by }, time) {
    if (scope !== "global") return;
    setText(this.#last, `Changed at ${formatTime(time)} by ${by}: ${reason}`);
    this.load();
  }

  /** Whoever comes sees nothing of who was here before. */
  clear() {
    this.#reading.forget();
    this.#dialog.close();
    for (const part of [this.#text, this.#last]) setText(part, "");
    setText(this.#level, "–");
    setData(this.#level, "level", "quiet");
    for (const button of Object.values(this.#buttons)) button.disabled = true;
  }

  /** @param {Level} level */
  #show(level) {
    setText(this.#level, level.replace("_", " "));
    setData(this.#level, "level", LOOKS[level] ?? "bad");
    const mayFree = this.#session.user?.is_superuser ?? false;
    setText(this.#text, `${platformText(level)}${level === "active" || mayFree ? "" : " Only a superuser allows it again."}`);
    const { active, reduce_only: reduce, halted } = this.#buttons;
    active.disabled = level === "active" || !mayFree;
    reduce.disabled = level !== "active";
    halted.disabled = level !== "active" && level !== "reduce_only";
  }

  /** @param {"reduce_only" | "halted"} level */
  #askToThrow(level) {
    const closes = element("input", { type: "checkbox" });
    const { input, field } = reasonField("");
    const says = () => platformSentences(level, closes.checked);
    closes.addEventListener("change", () => this.#dialog.show(says()));
    this.#dialog.ask({
      ...DOES[level],
      says: says(),
      isDangerous: true,
      fields: [element("label", { class: "choice" }, closes, "Sell what users hold at the market, too"), field],
      doing: progressSentences(false, 0),
      act: async (progress) => {
        const given = { action: "activate", scope: "global", level, reason: input.value, close_positions: closes.checked };
        const answer = await this.#thrown(given, progress);
        return [doneText(answer), ...(closes.checked ? ["What was held is being sold at the market."] : [])];
      },
    });
  }

  #askToFree() {
    const { input, field } = reasonField("");
    this.#dialog.ask({
      title: "Allow trading again?",
      says: freeSentences(),
      button: "Allow trading",
      fields: [field],
      act: async () => {
        await this.#requests.throwKillSwitch({ action: "deactivate", scope: "global", reason: input.value });
        this.load();
        return ["Orders of everybody are taken again.", "Nothing was resumed."];
      },
    });
  }

  /** Throw it, and tell how far it is until it is done. @param {Record<string, unknown>} given @param {(sentences: string[]) => void} progress */
  async #thrown(given, progress) {
    let seconds = 0;
    let isDone = false;
    const telling = setInterval(async () => {
      seconds += 1;
      const isBlocked = await this.#isBlocked();
      if (!isDone) progress(progressSentences(isBlocked, seconds));
    }, PROGRESS_MILLISECONDS);
    try {
      return await this.#requests.throwKillSwitch(given);
    } finally {
      isDone = true;
      clearInterval(telling);
      this.load();
    }
  }

  /** Whether the switch is set: from then on orders are refused, whatever is still to be cancelled. */
  async #isBlocked() {
    try {
      return (await this.#requests.killSwitch()).global !== "active";
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return false;
    }
  }
}
