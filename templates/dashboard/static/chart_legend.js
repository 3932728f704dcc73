/** The figures of the candle under the pointer, else of the last, in the chart's corner. */
import { decimalsOfStep, direction, formatCompact, formatNumber, formatPercent } from "./format.js";
import { element } from "./painting.js";

export class ChartLegend {
  #root = document.getElementById("chart-legend");

  clear() {
    this.#root.replaceChildren();
  }

  /**
   * @param {import("./rest.js").Candle} candle
   * @param {number | string} tickSize
   * @param {{stale: boolean}} marks
   */
  show({ open, high, low, close, volume }, tickSize, { stale }) {
    const price = (value) => formatNumber(value, decimalsOfStep(tickSize));
    const figures = [["O", price(open)], ["H", price(high)], ["L", price(low)], ["C", price(close)]];
    const change = formatPercent(((close - open) / open) * 100);
    this.#root.dataset.direction = direction(close - open);
    this.#root.replaceChildren(
      ...[...figures, ["Vol", formatCompact(volume)], ["", change]].map(([name, text]) =>
        element("span", {}, name, element("b", {}, text)),
      ),
      ...(stale ? [element("span", { class: "stale-word" }, "Stale")] : []),
    );
  }
}
