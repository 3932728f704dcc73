/** The confirmation before a grid is started: what it will do, and what came of it. */
import { startAct, startRefusal } from "../../shared/trading/instances/instance_questions.js";
import { isRefused, startSentences } from "./preview_text.js";

/**
 * @param {import("../../../types/grids.js").Preview} preview
 * @param {Record<string, unknown>} given
 * @param {object} parts
 * @param {import("./preview_text.js").Market} parts.market
 * @param {import("../requests.js").GridRequests} parts.requests
 * @param {import("../form/grid_form.js").GridForm} parts.form
 * @param {() => void} parts.started
 * @param {(id: string) => void} parts.open
 * @returns {import("../../shared/confirm_dialog.js").Question}
 */
export function startQuestion(preview, given, { market, requests, form, started, open }) {
  return {
    title: isRefused(preview) ? "This grid will be refused" : `Start a grid on ${given.pair}?`,
    says: startSentences(preview, market, given),
    button: "Start grid",
    ...startAct("grid", async () => (await requests.start(given)).grid_id, { started, open }),
    refused: (refusal) => {
      form.tell(startRefusal(refusal));
      return true;
    },
  };
}
