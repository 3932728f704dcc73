import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { settled } from "../settled.js";
import { backtest } from "./fixtures.js";

addPart("../../backtests/includes/run.html");
const { RunPanel } = await import("../../../templates/static/backtests/runs/run_panel.js");

const button = document.getElementById("run-delete");
const reason = () => document.getElementById("run-reason").textContent;
const { MouseEvent } = document.defaultView;

/** Whose deletion was asked for, the answers to it that the test gives, and whether what was deleted was still shown. */
const asked = [];
const answers = [];
const deleted = [];
const requests = {
  delete: (id) => {
    asked.push(id);
    return new Promise((resolve, reject) => answers.push({ resolve, reject }));
  },
};
const panel = new RunPanel(/** @type {any} */ (requests), /** @type {any} */ ({ deleted: (isShown) => deleted.push(isShown) }));

const show = (id) => panel.show(/** @type {any} */ (backtest({ id })));

function begin() {
  for (const list of [asked, answers, deleted]) list.length = 0;
  panel.show(null);
  show("bt_a");
}

/** @param {...number} clicks how many in a row each is, as the browser counts them */
function press(...clicks) {
  for (const detail of clicks) button.dispatchEvent(new MouseEvent("click", { detail, bubbles: true }));
}

test("a double click deletes nothing, and a second press of its own does, once", async () => {
  begin();
  press(1, 2);
  assert.deepEqual([asked, button.textContent], [[], "Sure?"]);
  press(1, 1, 1);
  assert.deepEqual([asked, button.textContent], [["bt_a"], "Delete"]);
  answers[0].resolve();
  await settled();
  assert.deepEqual(deleted, [true]);
});

test("what was asked of one run isn't answered by a press at another", () => {
  begin();
  press(1);
  show("bt_b");
  assert.equal(button.textContent, "Delete");
  press(1);
  assert.deepEqual([asked, button.textContent], [[], "Sure?"]);
});

test("one that is deleted while another is shown leaves that in its place", async () => {
  begin();
  press(1, 1);
  show("bt_b");
  answers[0].resolve();
  await settled();
  assert.deepEqual([asked, deleted], [["bt_a"], [false]]);
});

test("another can be deleted while one is, and the first no second time", async () => {
  begin();
  press(1, 1);
  show("bt_b");
  press(1, 1);
  show("bt_a");
  press(1, 1);
  assert.deepEqual(asked, ["bt_a", "bt_b"]);
  for (const { resolve } of answers) resolve();
  await settled();
  assert.deepEqual(deleted, [true, false]);
});

test("why one couldn't be deleted is told where it is shown, and not beside another", async () => {
  for (const [other, words] of /** @type {const} */ ([["bt_a", "It can't be deleted."], ["bt_b", ""]])) {
    begin();
    press(1, 1);
    show(other);
    answers[0].reject(Object.assign(new Error("It can't be deleted"), { code: "CONFLICT" }));
    await settled();
    assert.deepEqual([reason(), deleted], [words, []]);
  }
});
