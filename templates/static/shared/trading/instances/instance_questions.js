/** What is asked before a grid or a strategy is stopped, and what is said where one wasn't started. */
import { repeatableRefusal } from "../../connection/repeatable_command.js";
import { formatQuantity } from "../../format.js";
import { element } from "../../painting.js";
import { text } from "../../typed_numbers.js";
import { ordersText } from "./instance_text.js";

/**
 * @param {"grid" | "strategy"} noun
 * @param {import("../../../../types/instances.js").Instance} instance
 * @param {string} base the asset that it holds
 * @param {(closesPosition: boolean) => Promise<{orders_cancelled: number}>} stop
 * @returns {import("../../confirm_dialog.js").Question}
 */
export function stopQuestion(noun, instance, base, stop) {
  const choice = stopChoice(`${text(instance.position)} ${base}`.trim());
  const ended = `It ends for good. Its open orders (${ordersText(instance)}) are cancelled, and its money goes back to your paper account.`;
  return {
    title: `Stop this ${noun}?`,
    says: [ended, instance.position > 0 ? "It holds a position: choose what becomes of it." : "It holds no position now."],
    button: "Stop it",
    isDangerous: true,
    fields: [choice],
    act: async () => {
      const closes = Boolean(choice.querySelector("[value=sell]:checked"));
      const { orders_cancelled: count } = await stop(closes);
      return [`It is stopping: ${formatQuantity(count, "order")} cancelled.`, closes ? "What it holds is sold at the market." : "What it holds goes to your account's balances."];
    },
  };
}

/** @param {string} position @returns {HTMLElement} */
function stopChoice(position) {
  const option = (/** @type {string} */ value, /** @type {string} */ words) => {
    const input = element("input", { type: "radio", name: "position", value });
    input.checked = value === "keep";
    return element("label", { class: "choice" }, input, words);
  };
  return element(
    "fieldset",
    { class: "confirm-choice" },
    element("legend", {}, "What it holds by then"),
    option("keep", `Keep it (now ${position}): it goes to your account`),
    option("sell", "Sell it at the market"),
  );
}

/**
 * Show what has been started to who waits for it. Who has closed the question meanwhile is doing something else, and is
 * told of it beside that.
 *
 * @param {"grid" | "strategy"} noun
 * @param {() => Promise<string>} start it, and tell its id
 * @param {{started: () => void, open: (id: string) => void}} page
 * @returns {Pick<import("../../confirm_dialog.js").Question, "act" | "ended">}
 */
export function startAct(noun, start, { started, open }) {
  let isOpen = true;
  return {
    act: async () => {
      const id = await start();
      started();
      if (isOpen) open(id);
      return isOpen ? undefined : [`The ${noun} has been started: it is the newest in your list.`];
    },
    ended: () => {
      isOpen = false;
    },
  };
}

/**
 * Where nobody answered it may have been started all the same, and is so once however often it is asked for.
 *
 * @param {import("../../refusal.js").Refusal} refusal of a start
 * @returns {{message: string, fields?: Record<string, string>}} as its form tells it
 */
export function startRefusal(refusal) {
  return repeatableRefusal(refusal, "Start it again: it begins once");
}
