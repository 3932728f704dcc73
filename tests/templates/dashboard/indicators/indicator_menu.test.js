import assert from "node:assert/strict";
import { test } from "node:test";
import "../../page_in_node.js";

const { choiceOf } = await import("../../../../templates/static/dashboard/indicators/indicator_choice.js");
const { IndicatorMenu } = await import("../../../../templates/static/dashboard/indicators/indicator_menu.js");

const menu = new IndicatorMenu(() => undefined);
const list = document.getElementById("indicator-list");
const names = (kind) => [...list.querySelectorAll(kind)].map((control) => control.getAttribute("aria-label"));
const show = (...kept) => menu.show(choiceOf(JSON.stringify(kept)));
const sma = (period) => ({ key: "sma", parameters: { period } });

test("what stands alone is called by its kind, and several of one kind by their parameters too", () => {
  show(sma(20), { key: "ema", parameters: { period: 50 } }, sma(50));
  const titles = ["Simple moving average 20", "Exponential moving average", "Simple moving average 50"];
  assert.deepEqual(names("input"), titles.map((title) => `Period of ${title}`));
  assert.deepEqual(names("select"), titles.map((title) => `Colour of ${title}`));
  assert.deepEqual(names("button"), titles.map((title) => `Remove ${title}`));
});

test("those that have the same parameters, or none, are told apart by a number", () => {
  show(sma(20), sma(20), { key: "vwap" }, { key: "vwap" });
  assert.deepEqual(names("button"), [
    ...["Remove Simple moving average 20", "Remove Simple moving average 20 (2)"],
    ...["Remove Volume-weighted average price", "Remove Volume-weighted average price (2)"],
  ]);
});

test("names follow what is typed, added and removed", () => {
  show(sma(20), sma(50));
  const [first] = list.querySelectorAll("input");
  first.value = "30";
  first.dispatchEvent(new document.defaultView.Event("change"));
  assert.equal(names("button")[0], "Remove Simple moving average 30");
  document.querySelector("#indicator-add [value=sma]").click();
  assert.deepEqual(names("button"), [30, 50, 20].map((period) => `Remove Simple moving average ${period}`));
  for (const button of [...list.querySelectorAll("button")].slice(1)) button.click();
  assert.deepEqual(names("button"), ["Remove Simple moving average"]);
});
