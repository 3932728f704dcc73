import assert from "node:assert/strict";
import { test } from "node:test";
import { addPart } from "../page_in_node.js";
import { settled } from "../settled.js";
import { backtest } from "./fixtures.js";

addPart("../../backtests/includes/runs.html");
const { RunList } = await import("../../../templates/static/backtests/runs/run_list.js");

/** The answers that the server owes, oldest first. */
const owed = [];
const requests = { list: () => new Promise((answer) => owed.push((ids) => answer({ items: ids.map((id) => backtest({ id })), count: ids.length }))) };
const list = new RunList(/** @type {any} */ (requests), { open: () => undefined, compare: () => undefined });
const listed = () => [...document.querySelectorAll("#run-list [data-run]")].map(({ dataset }) => dataset.run);

test("an older answer that comes last doesn't take the place of a newer one", async () => {
  list.load();
  list.load();
  const [older, newer] = owed.splice(0);
  newer(["bt_b", "bt_a"]);
  await settled();
  older(["bt_a"]);
  await settled();
  assert.deepEqual(listed(), ["bt_b", "bt_a"]);
});
