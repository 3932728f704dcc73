/** The table of the levels of the grid that is shown. */
import { byId } from "../../shared/elements.js";
import { NOTHING, formatNumber, formatWhole } from "../../shared/format.js";
import { element } from "../../shared/painting.js";
import { text } from "../../shared/typed_numbers.js";
import { reasonText } from "../../shared/trading/instances/instance_text.js";

/** @param {import("../../../types/grids.js").Level[]} levels highest first in the table @param {Set<string>} resting `buy 1` for a price with an order @param {number} decimals */
export function showLevels(levels, resting, decimals) {
  const rows = [...levels].reverse().map(({ level, lower_price: lower, upper_price: upper, held, buys, sells, reason }) => {
    const prices = [lower, upper].map((price) => formatNumber(price, decimals)).join(" – ");
    const order = resting.has(`sell ${upper}`) ? "sells" : resting.has(`buy ${lower}`) ? "buys" : NOTHING;
    const cells = [text(held), formatWhole(buys), formatWhole(sells)].map((value) => element("td", { class: "number" }, value));
    const head = element("th", { scope: "row", class: "number" }, String(level));
    return element("tr", {}, head, element("td", {}, prices), element("td", { "data-side": order }, reason ? `none: ${reasonText(reason)}` : order), ...cells);
  });
  byId("level-rows").replaceChildren(...rows);
}
