/** The table of what the grid or the strategy that is shown has bought and sold, newest first. */
import { byId } from "../../elements.js";
import { formatCount, formatNumber } from "../../format.js";
import { moneyNumber } from "../../money.js";
import { element, setText } from "../../painting.js";
import { timeElement } from "../../time_zone/time_element.js";
import { text } from "../../typed_numbers.js";

const MOST_FILLS = 200;

/**
 * @param {import("../../../../types/instances.js").InstanceFill[]} fills oldest first
 * @param {import("../../../../types/instances.js").InstanceMarket} market
 * @param {boolean} areAll
 */
export function showFills(fills, { quote, decimals }, areAll) {
  const shown = fills.slice(-MOST_FILLS).reverse();
  const rows = shown.map(({ time, side, price, amount }) => {
    const cells = [formatNumber(price, decimals), text(amount), moneyNumber(price * amount, quote)];
    return element(
      "tr",
      {},
      element("th", { scope: "row", class: "time" }, timeElement(time - (time % 1000))),
      element("td", { "data-side": side }, side),
      ...cells.map((value) => element("td", { class: "number" }, value)),
    );
  });
  byId("fill-rows").replaceChildren(...rows);
  setText(byId("fill-count"), fills.length ? `${formatCount(fills.length)}${areAll ? "" : ", the newest"}` : "");
  setText(byId("fill-note"), fills.length ? "" : "It has bought and sold nothing yet.");
}
