/** The confirmation before a strategy is started: what it will do, and what came of it. */
import { startAct, startRefusal } from "../../shared/trading/instances/instance_questions.js";
import { startSentences } from "./strategy_given.js";

/**
 * @param {Record<string, unknown>} given
 * @param {{title: string, quote: string, account: string}} words `account`: the name of the one that pays, where there are several
 * @param {object} parts
 * @param {import("../requests.js").StrategyRequests} parts.requests
 * @param {import("./strategy_form.js").StrategyForm} parts.form
 * @param {() => void} parts.started
 * @param {(id: string) => void} parts.open
 * @returns {import("../../shared/confirm_dialog.js").Question}
 */
export function startQuestion(given, words, { requests, form, started, open }) {
  return {
    title: `Start ${words.title} on ${given.symbol}?`,
    says: startSentences(given, words),
    button: "Start strategy",
    ...startAct("strategy", async () => (await requests.start(given)).strategy_id, { started, open }),
    refused: (refusal) => {
      form.tell(startRefusal(refusal));
      return true;
    },
  };
}
