import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { until } from "../../../clients/javascript/tests/waiting.js";
import { addPart, written } from "../page_in_node.js";

addPart("../../shared/confirm.html");
const { ConfirmDialog } = await import("../../../templates/static/shared/confirm_dialog.js");

const dialog = new ConfirmDialog();
const byId = (id) => document.getElementById(id);
const agree = () => byId("confirm-form").dispatchEvent(new document.defaultView.Event("submit"));
const says = () => [...byId("confirm-says").children].map(({ textContent }) => textContent);
const live = () => byId("confirm-says").closest("[role=status]").getAttribute("aria-live");
const problem = () => byId("confirm-problem").textContent;

/** A question whose answer comes when the test gives it. */
function question(given = {}) {
  let answer;
  const act = () => new Promise((resolve, reject) => (answer = { resolve, refuse: (message) => reject(Object.assign(new Error(message), { code: "REFUSED" })) }));
  const asked = { title: "Sell?", says: ["It sells 1 BTC.", "The price is 10."], button: "Sell", act, ...given };
  dialog.ask(asked);
  return { asked, answer: () => answer };
}

afterEach(() => dialog.close());

test("a question follows figures that change, sentence by sentence, and none of it is said each time", () => {
  const { asked } = question();
  assert.equal(live(), "polite");
  const writes = written(() => dialog.follow(asked, ["It sells 1 BTC.", "The price is 11."]));
  assert.deepEqual([says(), live()], [["It sells 1 BTC.", "The price is 11."], "off"]);
  assert.deepEqual(writes, ["attributes DIV aria-live", "characterData #text"]);
  dialog.show(["It sells nothing."]); // as the reader has chosen
  assert.deepEqual([says(), live()], [["It sells nothing."], "polite"]);
});

test("a refusal stays readable while the figures go on, and the question says the newest of them", async () => {
  const { asked, answer } = question({ doing: ["Selling…"] });
  agree();
  dialog.follow(asked, ["It sells 1 BTC.", "The price is 12."]);
  assert.deepEqual([says(), live()], [["Selling…"], "polite"]);
  answer().refuse("The market is closed");
  await until(() => problem() !== "");
  assert.deepEqual(says(), ["It sells 1 BTC.", "The price is 12."]);
  await until(() => !byId("confirm-agree").getAttribute("aria-disabled"));
  dialog.follow(asked, ["It sells 1 BTC.", "The price is 13."]);
  assert.deepEqual([says()[1], problem(), live()], ["The price is 13.", "The market is closed.", "off"]);
});

test("what was done stays, and is said", async () => {
  const { asked, answer } = question();
  dialog.follow(asked, ["It sells 1 BTC.", "The price is 11."]);
  agree();
  answer().resolve(["The order was taken."]);
  await until(() => byId("confirm-agree").hidden);
  dialog.follow(asked, ["It sells 1 BTC.", "The price is 14."]);
  assert.deepEqual([says(), live()], [["The order was taken."], "polite"]);
});

test("figures of a question that isn't asked any more change nothing", () => {
  const { asked } = question();
  question({ says: ["Another question."] });
  dialog.follow(asked, ["It sells 1 BTC.", "The price is 11."]);
  assert.deepEqual(says(), ["Another question."]);
});
