/** What can be done with the grid that is shown: also its parameters can be changed. */
import { InstanceActions } from "../../shared/trading/instances/instance_actions.js";
import { changesOf } from "../form/grid_given.js";
import { changeEffects } from "./change_effects.js";
import { ChangeFields } from "./change_fields.js";
import { ChangePreview } from "./change_preview.js";
import { changeSentences } from "./grid_text.js";

/** @typedef {import("../../../types/grids.js").Grid} Grid */
/** @typedef {import("../preview/preview_text.js").Market} Market */

/** @extends {InstanceActions<Grid>} */
export class GridActions extends InstanceActions {
  #requests;
  #dialog;
  #done;

  /**
   * @param {import("../requests.js").GridRequests} requests
   * @param {import("../../shared/confirm_dialog.js").ConfirmDialog} dialog
   * @param {() => ({instance: Grid} & Market) | null} shown
   * @param {() => void} done something: what it made of the grid is to be read
   */
  constructor(requests, dialog, shown, done) {
    super("grid", { requests, dialog, shown, done, whilePaused: "It places them again once you resume it.", onceResumed });
    this.#requests = requests;
    this.#dialog = dialog;
    this.#done = done;
    this.offer("change", (grid, market) => this.#changeQuestion(grid, market));
  }

  /** @param {Grid} grid @param {Market} market @returns {import("../../shared/confirm_dialog.js").Question} */
  #changeQuestion(grid, market) {
    const preview = new ChangePreview(this.#requests, grid, market, (sentences) => this.#dialog.show(sentences));
    const fields = new ChangeFields(grid, () => preview.typed(fields.values));
    return {
      title: "Change its parameters",
      says: changeEffects(grid, {}, null, market),
      ended: () => preview.end(),
      button: "Change",
      fields: fields.elements,
      act: async () => {
        const params = changesOf(grid.parameters, fields.values);
        preview.end();
        if (!Object.keys(params).length) return ["You changed nothing, and so did the server."];
        const change = await this.#requests.update(grid.id, params);
        this.#done();
        return changeSentences(change);
      },
    };
  }
}

/** @param {Grid} grid @returns {string} */
function onceResumed({ state }) {
  return state === "error" ? "It failed, and begins anew." : "It goes on from what it holds, and places its orders again at the price of now.";
}
