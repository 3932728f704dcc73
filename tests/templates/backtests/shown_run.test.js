import assert from "node:assert/strict";
import { test } from "node:test";
import { addPart } from "../page_in_node.js";
import { settled } from "../settled.js";
import { backtest, metrics, result } from "./fixtures.js";

for (const part of ["index", "includes/run", "includes/result", "includes/sweep", "includes/comparison"]) addPart(`../../backtests/${part}.html`);
const { ComparisonView } = await import("../../../templates/static/backtests/comparison/comparison_view.js");
const { ResultView } = await import("../../../templates/static/backtests/result/result_view.js");
const { RunPanel } = await import("../../../templates/static/backtests/runs/run_panel.js");
const { ShownRun } = await import("../../../templates/static/backtests/shown_run.js");
const { SweepView } = await import("../../../templates/static/backtests/sweep/sweep_view.js");

const requests = /** @type {any} */ ({
  get: async (id) => backtest({ id }),
  result: async (id) => result({ backtest: backtest({ id }) }),
  compare: async (ids) => ids.map((id) => ({ backtest: backtest({ id }), metrics: metrics(), equity: result().equity })),
});
const panel = new RunPanel(requests, /** @type {any} */ ({}));
const views = { panel, result: new ResultView(requests, () => 0.01), sweep: new SweepView(() => undefined), comparison: new ComparisonView(() => undefined) };
const shownRun = new ShownRun(requests, views);

const PARTS = ["run", "result", "comparison", "shown-nothing"];

/** @returns {Promise<string[]>} the parts that are in sight once the answers have come */
async function partsOf({ id = "", compared = [] }) {
  shownRun.show({ id, compared });
  await settled();
  return PARTS.filter((part) => !document.getElementById(part).hidden);
}

test("a comparison ends where its address does, whether a run is shown then or none", async () => {
  assert.deepEqual(await partsOf({ compared: ["a", "b"] }), ["comparison"]);
  assert.deepEqual(await partsOf({}), ["shown-nothing"]);
  assert.equal(document.querySelectorAll("#comparison-rows tr").length, 0);
  assert.deepEqual(await partsOf({ id: "a" }), ["run", "result"]);
  assert.deepEqual(await partsOf({ compared: ["a", "b"] }), ["comparison"]);
  assert.deepEqual(await partsOf({ id: "a" }), ["run", "result"]);
});

test("that a link is copied is told beside its run alone", async () => {
  globalThis.location = /** @type {any} */ ({ href: "http://localhost/backtests/a/" });
  const told = () => ["run-done", "run-reason"].map((id) => document.getElementById(id).textContent);
  let answer;
  const writeText = () => new Promise((resolve) => (answer = resolve));
  Object.defineProperty(globalThis, "navigator", { value: { clipboard: { writeText } }, configurable: true });
  await partsOf({ id: "a" });
  document.getElementById("run-link").click();
  await partsOf({ id: "b" });
  answer();
  await settled();
  assert.deepEqual(told(), ["", ""]);
  document.getElementById("run-link").click();
  answer();
  await settled();
  assert.deepEqual(told(), Array(2).fill("The link is copied: it shows this to you alone, signed in."));
  await partsOf({ id: "a" });
  assert.deepEqual(told(), ["", ""]);
});

test("a link that can't be copied is told, also where the page has no clipboard as it came without HTTPS", async () => {
  globalThis.location = /** @type {any} */ ({ href: "http://192.168.0.2:8000/backtests/a/" });
  await partsOf({ id: "a" });
  for (const clipboard of [undefined, { writeText: () => Promise.reject(new DOMException("no", "NotAllowedError")) }]) {
    Object.defineProperty(globalThis, "navigator", { value: { clipboard }, configurable: true });
    document.getElementById("run-done").textContent = "";
    document.getElementById("run-link").click();
    await settled();
    assert.equal(document.getElementById("run-done").textContent, "The link: http://192.168.0.2:8000/backtests/a/");
  }
});
