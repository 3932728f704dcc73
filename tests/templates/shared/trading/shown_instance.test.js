import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { MINUTE, START, grid, order } from "../../grids/fixtures.js";
import { addPart } from "../../page_in_node.js";
import { settled } from "../../settled.js";

for (const part of ["grids/includes/shown", "shared/instances/history"]) addPart(`../../${part}.html`);
const { EventLog } = await import("../../../../templates/static/shared/trading/instances/event_log.js");
const { InstancePanel } = await import("../../../../templates/static/shared/trading/instances/instance_panel.js");
const { ProfitView } = await import("../../../../templates/static/shared/trading/instances/profit_view.js");
const { ShownInstance } = await import("../../../../templates/static/shared/trading/instances/shown_instance.js");
const { gridFigures, parameterRows, titleOf } = await import("../../../../templates/static/grids/shown/grid_text.js");
const { offeredIn } = await import("../../../../templates/static/grids/shown/offered.js");

const DOGE = { symbol: "DOGEUSDT", base: "DOGE", quote: "USDT", tickSize: 0.00001 };
const filled = order({ symbol: "DOGEUSDT", status: "filled", averagePrice: 0.12345, filled: 100, timestamp: new Date(START + MINUTE).toISOString() });
const requests = /** @type {any} */ ({
  get: async (id) => grid({ id, symbol: "DOGEUSDT" }),
  ordersOf: async () => ({ items: [filled], total: 1 }),
  openOrdersOf: async () => ({ items: [] }),
  notifications: async () => ({ items: [] }),
});
/** The chart isn't drawn in Node. */
const market = /** @type {any} */ ({ candles: [], interval: "1m", show: () => undefined, showFills: () => undefined });

let isKnown = false;
const panel = new InstancePanel(/** @type {any} */ ({ titleOf, figuresOf: gridFigures, parameterRows, offered: offeredIn }));
const shown = new ShownInstance(requests, {
  ...{ panel, market, profit: new ProfitView(), log: new EventLog("Before you opened it."), unknown: "There is no such grid of yours." },
  ...{ draw: () => undefined, feeRateOf: () => 0.001, infoOf: () => /** @type {any} */ (isKnown ? DOGE : undefined) },
});

const lines = () => [...document.querySelectorAll("#log-list li")].map((row) => row.lastChild.textContent);
const placed = (price, minutes) => ({
  ...{ channel: "grid.grid_a.order", event: "placed", timestamp: new Date(START + minutes * MINUTE).toISOString() },
  data: { side: "sell", price, amount: 100 },
});

beforeEach(() => {
  shown.forget();
  isKnown = false;
});

test("its log has the decimals of its market once that is known, in the same order, whether a line was stored or told", async () => {
  shown.show("grid_a");
  await settled();
  shown.news(/** @type {any} */ (placed(0.12355, 2)));
  shown.news(/** @type {any} */ (placed(0.12365, 3)));
  const [newest, told, bought, ...before] = lines();
  assert.deepEqual([newest, told, bought], ["Order placed: sell 100 at 0.12", "Order placed: sell 100 at 0.12", "Bought 100 at 0.12"]);
  isKnown = true;
  shown.redraw();
  assert.deepEqual(lines(), ["Order placed: sell 100 at 0.12365", "Order placed: sell 100 at 0.12355", "Bought 100 at 0.12345", ...before]);
});

test("amounts of one on a market that isn't listed have decimals that fit its asset", async (context) => {
  context.mock.method(requests, "get", async (id) => grid({ id, symbol: "ETHBTC", fees: 0.00012, invested: 0.01 }));
  shown.show("grid_a");
  await settled();
  const figures = [...document.querySelectorAll("#shown-figures > div")].map(({ textContent }) => textContent);
  assert.deepEqual(figures.filter((each) => /^(Fees|Invested)/.test(each)), ["Fees0.00012000 BTC", "Invested0.01000000 BTC"]);
});

test("of another one the log has nothing of the one before", async () => {
  shown.show("grid_a");
  await settled();
  shown.news(/** @type {any} */ (placed(0.12355, 2)));
  const count = lines().length;
  shown.show("grid_b");
  assert.deepEqual(lines(), []);
  isKnown = true;
  await settled();
  assert.equal(lines().length, count - 1);
});
