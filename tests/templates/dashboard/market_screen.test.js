import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { nextFrame } from "../page_in_node.js";
import { surfacing } from "../surfacing.js";

const { REST_MS } = await import("../../../templates/static/dashboard/common_frames.js");
const { MarketScreen } = await import("../../../templates/static/dashboard/market_screen.js");

mock.timers.enable({ apis: ["setTimeout"] });

/** What comes of the market, and which place fails. */
const handlers = new Map();
let failing = "";
let painted = [];

/** @param {string} place */
function reach(place) {
  if (place === failing) throw new Error(`of ${place}`);
  painted.push(place);
}

const client = { onMessage: (type, handler) => handlers.set(type, handler) };
const chart = { update: () => undefined, trade: () => undefined, draw: () => reach("drawing"), tell: () => reach("legend") };
const parts = ["book", "trades"].map((place) => ({ paint: () => reach(place) }));
const market = new MarketScreen(/** @type {any} */ (client), /** @type {any} */ (chart), parts);

/** Two frames: one draws, and the next paints what stands around it. */
function frames() {
  nextFrame();
  nextFrame();
}

beforeEach(() => {
  market.show({ symbol: "BTCUSDT", interval: "1m" });
  failing = "";
  frames();
  mock.timers.tick(REST_MS);
  painted = [];
});

for (const place of ["drawing", "book"]) {
  const others = ["drawing", "book", "trades", "legend"].filter((each) => each !== place);

  test(`where the ${place} fails, all else of the market is painted, as it comes and as the reader turns to it`, async () => {
    failing = place;
    const coming = () => {
      handlers.get("ticker")({ data: { symbol: "BTCUSDT", price: 100 } });
      frames();
    };
    assert.equal(await surfacing(coming), `of ${place}`);
    assert.deepEqual(painted, others);
    painted = [];
    const turning = () => {
      market.show({ symbol: "ETHUSDT", interval: "1m" });
      frames();
    };
    assert.equal(await surfacing(turning), `of ${place}`);
    assert.deepEqual(painted, others);
  });
}
