/** What a grid that is planned would be: in figures beside the chart, and as lines on it. */
import { byId } from "../../shared/elements.js";
import { decimalsOfStep, formatQuantity } from "../../shared/format.js";
import { element, setText } from "../../shared/painting.js";
import { numberShown } from "../../shared/typed_numbers.js";
import { linesOfPreview } from "../chart/drawn_lines.js";
import { isRefused, missingText, previewRows } from "./preview_text.js";

/** @typedef {import("../../../types/grids.js").Preview} Preview */

const REFUSED = "The server can't draw it as it is typed: what is wrong is said at the fields.";

export class PreviewView {
  #panel = byId("preview");
  #market;

  /** @param {import("../../shared/chart/market/market_panel.js").MarketPanel} market */
  constructor(market) {
    this.#market = market;
  }

  /** @param {boolean} isShown or a grid that there is, in its place */
  toggle(isShown) {
    this.#panel.hidden = !isShown;
  }

  /** @param {Preview | null} preview null: it is refused, or something is missing @param {Record<string, unknown>} given @param {string[]} missing */
  show(preview, given, missing) {
    const note = missing.length ? missingText(missing) : preview ? "" : REFUSED;
    setText(byId("preview-note"), note);
    const rows = preview ? previewRows(preview, this.market, numberShown(given.trigger_price)) : [];
    const nodes = rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
    byId("preview-figures").replaceChildren(...nodes);
    const warnings = preview?.warnings ?? [];
    byId("preview-warnings").replaceChildren(...warnings.map(({ message }) => element("li", {}, `${message}.`)));
    this.#panel.dataset.state = !preview ? "nothing" : isRefused(preview) ? "refused" : "ready";
    this.#market.showFills([]);
    this.#market.showLines(preview ? linesOfPreview(preview, given) : [], preview ? `Preview: ${formatQuantity(preview.lines.length, "line")}` : "");
  }

  /** @returns {import("./preview_text.js").Market} */
  get market() {
    const { base = "", quote = "", tickSize } = this.#market.info ?? {};
    return { base, quote, decimals: decimalsOfStep(tickSize) };
  }
}
