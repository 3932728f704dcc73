/** What changing a grid's parameters would do, asked of the server while one types. */
import { isRefusal } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";
import { changesOf } from "../form/grid_given.js";
import { changeEffects, changedGiven } from "./change_effects.js";

/** @typedef {import("../../../types/grids.js").Grid} Grid */

const QUIET_MILLISECONDS = 300;

export class ChangePreview {
  #requests;
  #grid;
  #market;
  #say;
  #turns = new Turns();
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {import("../requests.js").GridRequests} requests
   * @param {Grid} grid as it is
   * @param {import("../preview/preview_text.js").Market} market
   * @param {(sentences: string[]) => void} say
   */
  constructor(requests, grid, market, say) {
    this.#requests = requests;
    this.#grid = grid;
    this.#market = market;
    this.#say = say;
  }

  /** @param {Record<string, string>} typed by name; what it would do is said once nothing more is typed for a moment */
  typed(typed) {
    clearTimeout(this.#timer);
    const isMeant = this.#turns.begin();
    this.#timer = setTimeout(() => this.#ask(typed, isMeant), QUIET_MILLISECONDS);
  }

  /** Nothing more is said. */
  end() {
    clearTimeout(this.#timer);
    this.#turns.begin();
  }

  /** @param {Record<string, string>} typed @param {() => boolean} isMeant */
  async #ask(typed, isMeant) {
    const changes = changesOf(this.#grid.parameters, typed);
    try {
      const preview = Object.keys(changes).length ? await this.#requests.preview(changedGiven(this.#grid, changes)) : null;
      if (isMeant()) this.#say(changeEffects(this.#grid, changes, preview, this.#market));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isMeant()) this.#say([`As it is typed it would be refused: ${[...Object.values(error.fields ?? {}), error.message][0]}.`]);
    }
  }
}
