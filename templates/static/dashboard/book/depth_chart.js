/** The depth chart below the order book: what is bid and asked up to each price that is told; shown where its button is pressed. */
import { byId } from "../../shared/elements.js";
import { NOTHING, decimalsOfStep, formatCompact, formatNumber } from "../../shared/format.js";
import { setText } from "../../shared/painting.js";
import { HEIGHT, WIDTH, depthCurve } from "./depth_curve.js";

/** @typedef {import("./depth_curve.js").DepthCurve} DepthCurve */

export class DepthChart {
  #root = byId("depth-chart");
  #button = byId("depth-chart-open");
  #drawing = byId("depth-chart-drawing");
  #bids = byId("depth-chart-bids");
  #asks = byId("depth-chart-asks");
  #low = byId("depth-chart-low");
  #high = byId("depth-chart-high");
  #bid = byId("depth-chart-bid");
  #ask = byId("depth-chart-ask");
  #preferences;
  /** @type {import("../../../types/market.js").Symbol | undefined} */
  #info;

  /** @param {import("./book_preferences.js").BookPreferences} preferences @param {() => void} changed told of its coming and going */
  constructor(preferences, changed) {
    this.#preferences = preferences;
    this.#drawing.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.#show(preferences.hasChart);
    this.#button.addEventListener("click", () => {
      preferences.keepChart(!preferences.hasChart);
      this.#show(preferences.hasChart);
      changed();
    });
  }

  /** @param {import("../../../types/market.js").Symbol} info of the symbol to tell of from now on */
  show(info) {
    this.#info = info;
  }

  /** @param {{bids: import("./shown_levels.js").Levels, asks: import("./shown_levels.js").Levels}} book */
  paint(book) {
    if (!this.#preferences.hasChart) return;
    const curve = depthCurve(book);
    this.#draw(this.#bids, curve?.bids ?? "");
    this.#draw(this.#asks, curve?.asks ?? "");
    this.#tell(curve);
  }

  /** @param {boolean} isShown */
  #show(isShown) {
    this.#root.hidden = !isShown;
    this.#button.setAttribute("aria-pressed", String(isShown));
  }

  /** @param {Element} path @param {string} drawn */
  #draw(path, drawn) {
    if (path.getAttribute("d") !== drawn) path.setAttribute("d", drawn);
  }

  /** @param {DepthCurve | null} curve */
  #tell(curve) {
    const decimals = decimalsOfStep(this.#info?.tickSize);
    const figures = {
      low: formatNumber(curve?.low, decimals),
      high: formatNumber(curve?.high, decimals),
      bid: quantityText(curve?.bid, this.#info?.base),
      ask: quantityText(curve?.ask, this.#info?.base),
    };
    setText(this.#low, figures.low);
    setText(this.#high, figures.high);
    setText(this.#bid, figures.bid);
    setText(this.#ask, figures.ask);
    const words = curve ? `${figures.bid} bid down to ${figures.low}, ${figures.ask} asked up to ${figures.high}` : "nothing is known";
    const label = `Depth chart: ${words}`;
    if (this.#drawing.getAttribute("aria-label") !== label) this.#drawing.setAttribute("aria-label", label);
  }
}

/** @param {number | undefined} quantity @param {string | undefined} asset */
function quantityText(quantity, asset = "") {
  return quantity === undefined ? NOTHING : `${formatCompact(quantity)} ${asset}`;
}
