import assert from "node:assert/strict";
import { test } from "node:test";
import { grid } from "../../grids/fixtures.js";
import { addPart } from "../../page_in_node.js";
import { settled } from "../../settled.js";

addPart("../../shared/instances/list.html");
const { InstanceList } = await import("../../../../templates/static/shared/trading/instances/instance_list.js");

/** The answers that the server owes, oldest first. */
const owed = [];
const requests = { list: () => new Promise((answer) => owed.push((ids) => answer({ items: ids.map((id) => grid({ id })), total: ids.length }))) };
const texts = { name: "Grid", detail: "", figure: "", state: "running" };
const kind = { loading: "Loading…", none: "None yet.", addressOf: (id) => `/grids/${id}/`, textsOf: () => texts };
const list = new InstanceList(/** @type {any} */ (requests), /** @type {any} */ (kind), () => undefined, () => "");
const listed = () => [...document.querySelectorAll("#own-list [data-instance]")].map(({ dataset }) => dataset.instance);

test("an older answer that comes last doesn't take the place of a newer one", async () => {
  list.load();
  list.load();
  const [older, newer] = owed.splice(0);
  newer(["grid_b", "grid_a"]);
  await settled();
  older(["grid_a"]);
  await settled();
  assert.deepEqual(listed(), ["grid_b", "grid_a"]);
});

test("whoever comes sees nothing of who was here before", async () => {
  list.load();
  list.forget();
  owed.shift()(["grid_a"]);
  await settled();
  assert.deepEqual(listed(), []);
});
