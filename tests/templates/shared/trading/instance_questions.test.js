import assert from "node:assert/strict";
import test from "node:test";
import { preview, MARKET } from "../../grids/fixtures.js";
import { addPart } from "../../page_in_node.js";
import { settled } from "../../settled.js";

addPart("../../shared/confirm.html");

const { NoNetworkError, UnansweredError } = await import("../../../../templates/static/shared/connection/network.js");
const { startRefusal } = await import("../../../../templates/static/shared/trading/instances/instance_questions.js");
const { ConfirmDialog } = await import("../../../../templates/static/shared/confirm_dialog.js");
const { startQuestion: gridQuestion } = await import("../../../../templates/static/grids/preview/start_question.js");
const { startQuestion: strategyQuestion } = await import("../../../../templates/static/strategies/form/start_question.js");

const byId = (id) => document.getElementById(id);
Object.assign(byId("confirm-outcome"), { showPopover: () => undefined, hidePopover: () => undefined }); // happy-dom has none
const dialog = new ConfirmDialog();
const form = /** @type {any} */ ({ tell: () => undefined });
/** Let the server answer the start that was agreed to. */
let answer;
const requests = /** @type {any} */ ({ start: () => new Promise((resolve) => (answer = resolve)) });
const QUESTIONS = {
  grid: (parts) => gridQuestion(preview(), { pair: "BTCUSDT" }, { ...parts, market: MARKET }),
  strategy: (parts) => strategyQuestion({ symbol: "BTCUSDT", interval: "5m", params: {} }, { title: "RSI", quote: "USDT", account: "" }, parts),
};

/** Ask to start one, and agree; @returns what the page was told since */
function startOne(noun) {
  const told = [];
  dialog.ask(QUESTIONS[noun]({ requests, form, started: () => told.push("started"), open: (id) => told.push(`open ${id}`) }));
  byId("confirm-form").dispatchEvent(new document.defaultView.Event("submit"));
  return told;
}

test("a start that nobody answered is to be asked for again, one that wasn't sent or was refused is told as it is", () => {
  const again = "The server hasn't answered. Start it again: it begins once, whatever became of this";
  assert.equal(startRefusal(new UnansweredError("The connection was lost before the server answered")).message, again);
  assert.equal(startRefusal(new NoNetworkError()).message, "There is no network, and nothing was sent");
  const refused = Object.assign(new Error("lower is wrong"), { code: "INVALID_PARAMETER", fields: { lower: "Too high" } });
  assert.deepEqual(startRefusal(refused), { message: "lower is wrong", fields: { lower: "Too high" } });
});

for (const noun of ["grid", "strategy"]) {
  test(`a ${noun} that was started is shown to who waits for it`, async () => {
    const told = startOne(noun);
    answer({ [`${noun}_id`]: "one" });
    await settled();
    assert.deepEqual([told, byId("confirm").open], [["started", "open one"], false]);
  });

  test(`who has closed the question of a ${noun} stays where they are, and is told beside it that it was started`, async () => {
    const told = startOne(noun);
    byId("confirm-cancel").click();
    const other = { title: "Sell?", says: ["It sells 1 BTC."], button: "Sell", act: async () => undefined };
    dialog.ask(other);
    answer({ [`${noun}_id`]: "one" });
    await settled();
    assert.deepEqual([told, byId("confirm-title").textContent], [["started"], "Sell?"]);
    assert.match(byId("confirm-outcome-said").textContent, new RegExp(`^Start .* The ${noun} has been started: it is the newest in your list\\.$`));
    dialog.close();
  });
}
