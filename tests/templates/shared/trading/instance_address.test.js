import assert from "node:assert/strict";
import { test } from "node:test";
import { instanceAddress } from "../../../../templates/static/shared/trading/instances/instance_address.js";

const { idOf, addressOf } = instanceAddress("/grids/");

test("the address names one grid, and nothing else", () => {
  const named = ["/grids/grid_a/", "/grids/", "/grids/a/b/", "/backtests/x/", "/strategies/strat_a/"].map((pathname) => idOf({ pathname }));
  assert.deepEqual(named, ["grid_a", "", "", "", ""]);
  assert.deepEqual([addressOf("grid_a"), addressOf("")], ["/grids/grid_a/", "/grids/"]);
});
