import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { until } from "../../../clients/javascript/tests/waiting.js";
import { addPart, written } from "../page_in_node.js";
import { settled } from "../settled.js";

addPart("../../shared/confirm.html");
const { ConfirmDialog } = await import("../../../templates/static/shared/confirm_dialog.js");

const dialog = new ConfirmDialog();
const byId = (id) => document.getElementById(id);
/** A key at what has the focus; @returns {boolean} whether the browser would go on to press it */
const key = (init) => {
  const { KeyboardEvent } = document.defaultView;
  return document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));
};
const agree = () => byId("confirm-form").dispatchEvent(new document.defaultView.Event("submit"));
const says = () => [...byId("confirm-says").children].map(({ textContent }) => textContent);
const live = () => byId("confirm-says").closest("[role=status]").getAttribute("aria-live");
const outcome = () => [...byId("confirm-outcome-said").children].map(({ textContent }) => textContent);
const isEnabled = () => !byId("confirm-agree").getAttribute("aria-disabled");
const problem = () => byId("confirm-problem").textContent;
Object.assign(byId("confirm-outcome"), { showPopover: () => undefined, hidePopover: () => undefined }); // happy-dom has none

/** A question whose answer comes when the test gives it. */
function question(given = {}) {
  let answer;
  const act = () => new Promise((resolve, reject) => (answer = { resolve, refuse: (message) => reject(Object.assign(new Error(message), { code: "REFUSED" })) }));
  const asked = { title: "Sell?", says: ["It sells 1 BTC.", "The price is 10."], button: "Sell", act, ...given };
  dialog.ask(asked);
  return { asked, answer: () => answer };
}

/** The reader closes it. */
const dismiss = () => byId("confirm-cancel").click();

afterEach(() => dialog.close());

test("where what has asked is gone by then, the focus goes to the part of the page that it was in", async () => {
  const part = document.createElement("section");
  const button = document.createElement("button");
  part.tabIndex = -1;
  part.append(button);
  document.body.append(part);
  button.focus();
  question();
  button.remove();
  dialog.close();
  await until(() => document.activeElement === part);
  part.remove();
});

test("what was typed is thrown away by a second Escape, and by a cross at once", () => {
  const input = document.createElement("input");
  const escape = () => {
    const event = new document.defaultView.KeyboardEvent("keydown", { key: "Escape", cancelable: true });
    byId("confirm").dispatchEvent(event);
    return event.defaultPrevented;
  };
  question({ fields: [input] });
  assert.equal(escape(), false);
  input.value = "Majors";
  assert.deepEqual([escape(), problem(), escape()], [true, "What you have typed is lost: press Escape once more to close this.", false]);
});

test("Enter that is held from what has asked on answers nothing", () => {
  question();
  assert.equal(document.activeElement, byId("confirm-agree"));
  assert.deepEqual([key({ key: "Enter", repeat: true }), key({ key: "Enter" })], [false, true]);
  question({ isDangerous: true });
  assert.equal(document.activeElement, byId("confirm-cancel"));
  assert.deepEqual([key({ key: "Enter", repeat: true }), key({ key: "Enter" })], [false, true]);
});

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

test("a question that is asked while what another one did is under way can be agreed to, and answers to each stay apart", async () => {
  const first = question({ doing: ["Selling…"] });
  agree();
  dismiss();
  const second = question({ title: "Buy?", doing: ["Buying…"] });
  assert.equal(isEnabled(), true);
  agree();
  assert.deepEqual([says(), isEnabled()], [["Buying…"], false]);
  first.answer().resolve(["Sold."]);
  await settled();
  assert.deepEqual([says(), isEnabled(), byId("confirm").open], [["Buying…"], false, true]);
  second.answer().resolve(["Bought."]);
  await until(() => byId("confirm-agree").hidden);
  assert.deepEqual(says(), ["Bought."]);
});

test("what came of something whose dialog the reader has closed meanwhile is told beside the page until it is dismissed", async () => {
  const refused = question();
  agree();
  dismiss();
  refused.answer().refuse("The market is closed");
  await until(() => outcome().length === 1);
  const done = question({ title: "Stop?" });
  agree();
  dismiss();
  done.answer().resolve(["1 grid stopped."]);
  await until(() => outcome().length === 2);
  assert.deepEqual([outcome(), byId("confirm").open], [["Sell? The market is closed.", "Stop? 1 grid stopped."], false]);
  byId("confirm-outcome-close").click();
  assert.deepEqual(outcome(), []);
});

test("what is told at a form, or was agreed to by somebody who isn't there any more, is told nowhere else", async () => {
  const atForm = question({ refused: () => true });
  agree();
  dismiss();
  question({ title: "Another?" });
  atForm.answer().refuse("Too low");
  await settled();
  assert.deepEqual([outcome(), byId("confirm").open], [[], true]);
  const told = [];
  const { answer } = question({ refused: (refusal) => told.push(refusal) });
  agree();
  dialog.close();
  answer().refuse("The market is closed");
  await settled();
  assert.deepEqual([outcome(), told], [[], []]);
});

test("how far something is isn't said by another question", async () => {
  let tell;
  question({
    act: (progress) => {
      tell = progress;
      return new Promise(() => undefined);
    },
  });
  agree();
  tell(["Selling, for 1 s."]);
  assert.deepEqual(says(), ["Selling, for 1 s."]);
  dismiss();
  question({ says: ["Another question."] });
  tell(["Selling, for 2 s."]);
  assert.deepEqual(says(), ["Another question."]);
});

test("what came of several questions is said one by one: what stands there already isn't said once more", () => {
  const region = byId("confirm-outcome-said");
  assert.deepEqual([region.getAttribute("role"), region.getAttribute("aria-atomic")], ["alert", "false"]);
});
