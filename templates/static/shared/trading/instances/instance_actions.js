/** What can be done with the grid or the strategy that is shown, each after a confirmation that says what it will do. */
import { byId } from "../../elements.js";
import { stopQuestion } from "./instance_questions.js";
import { ordersText } from "./instance_text.js";

/** @typedef {import("../../../../types/instances.js").InstanceMarket} InstanceMarket */
/** @typedef {import("../../confirm_dialog.js").Question} Question */

/** @template {import("../../../../types/instances.js").Instance} One */
export class InstanceActions {
  #noun;
  #parts;

  /**
   * @param {"grid" | "strategy"} noun the ids of its buttons begin with it
   * @param {object} parts
   * @param {import("./instance_requests.js").InstanceRequests<One>} parts.requests
   * @param {import("../../confirm_dialog.js").ConfirmDialog} parts.dialog
   * @param {() => ({instance: One} & InstanceMarket) | null} parts.shown
   * @param {() => void} parts.done something: what it made of the one that is shown is to be read
   * @param {string} parts.whilePaused says what it does until it is resumed
   * @param {(instance: One) => string} parts.onceResumed says how it goes on
   */
  constructor(noun, parts) {
    this.#noun = noun;
    this.#parts = parts;
    this.offer("pause", (instance) => this.#pauseQuestion(instance));
    this.offer("resume", (instance) => this.#resumeQuestion(instance));
    this.offer("stop", (instance, { base }) => this.#stopQuestion(instance, base));
  }

  /** @param {string} action ends the id of its button @param {(instance: One, market: InstanceMarket) => Question} questionOf */
  offer(action, questionOf) {
    byId(`${this.#noun}-${action}`).addEventListener("click", () => {
      const shown = this.#parts.shown();
      if (shown) this.#parts.dialog.ask(questionOf(shown.instance, shown));
    });
  }

  /** @param {One} instance @returns {Question} */
  #pauseQuestion(instance) {
    return {
      title: `Pause this ${this.#noun}?`,
      says: [`Its open orders (${ordersText(instance)}) are cancelled.`, `What it holds stays with it. ${this.#parts.whilePaused}`],
      button: "Pause",
      act: async () => {
        await this.#parts.requests.pause(instance.id);
        this.#parts.done();
      },
    };
  }

  /** @param {One} instance @returns {Question} */
  #resumeQuestion(instance) {
    return {
      title: `Resume this ${this.#noun}?`,
      says: [this.#parts.onceResumed(instance)],
      button: "Resume",
      act: async () => {
        await this.#parts.requests.resume(instance.id);
        this.#parts.done();
      },
    };
  }

  /** @param {One} instance @param {string} base @returns {Question} */
  #stopQuestion(instance, base) {
    return stopQuestion(this.#noun, instance, base, async (closesPosition) => {
      const stopped = await this.#parts.requests.stop(instance.id, { close_position: closesPosition });
      this.#parts.done();
      return stopped;
    });
  }
}
