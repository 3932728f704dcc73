/**
 * The figures of the candle under the pointer, else of the last, in the corner of the chart; and, in the corner of its
 * pane, each indicator's and each line's values there. Its nodes are made once, and only their texts change.
 */
import { byId, parentOf } from "../../shared/elements.js";
import { NOTHING, decimalsOfStep, direction, formatCompact, formatNumber, formatPercent } from "../../shared/format.js";
import { colourOf } from "../indicators/indicator_choice.js";
import { element, setData, setText } from "../../shared/painting.js";

/**
 * @typedef {object} LegendLine an indicator, or a market that is compared
 * @property {string} name
 * @property {{key: string, ownPane?: boolean, decimals?: number, lines: {key: string, colour: string}[]}} entry
 * @property {Record<string, string>} colours
 * @property {HTMLElement | null} pane
 * @property {(time: number) => import("../indicators/indicators.js").Values | undefined} at
 */

const FIGURES = ["O", "H", "L", "C", "Vol", ""];

export class ChartLegend {
  #root = byId("chart-legend");
  #area = parentOf(this.#root);
  #figures = FIGURES.map((name) => ({ name, value: element("b", {}, NOTHING) }));
  #candle = element("p", { hidden: "" }, ...this.#figures.map(({ name, value }) => element("span", {}, name, value)));
  #stale = element("span", { class: "stale-word", hidden: "" }, "Stale");
  #overlays = element("p");
  /** @type {{drawing: LegendLine, values: Map<string, Element>, node: HTMLElement}[]} */
  #indicators = [];
  #panes = new ResizeObserver(() => this.#place());

  constructor() {
    this.#candle.append(this.#stale);
    this.#root.append(this.#candle, this.#overlays);
  }

  /** @param {HTMLElement} pane in which it stands @param {(height: number) => void} told how high it is, px, at each change of it or of the pane */
  onHeight(pane, told) {
    const watched = new ResizeObserver(() => told(this.#root.offsetTop + this.#root.offsetHeight));
    for (const node of [this.#root, pane]) watched.observe(node);
  }

  clear() {
    this.#candle.hidden = true;
    for (const { values } of this.#indicators) for (const node of values.values()) setText(node, NOTHING);
  }

  /** @param {LegendLine[]} drawings whose values are told from now on */
  follow(drawings) {
    const known = this.#indicators.map(({ drawing }) => drawing);
    if (known.length === drawings.length && known.every((drawing, index) => drawing === drawings[index])) return;
    for (const { node } of this.#indicators) node.remove();
    this.#panes.disconnect();
    this.#indicators = drawings.map((drawing) => indicatorLegend(drawing));
    for (const { drawing, node } of this.#indicators) {
      (drawing.entry.ownPane ? this.#area : this.#overlays).append(node);
    }
  }

  /**
   * @param {import("../../shared/market_data/rest.js").Candle} candle
   * @param {number | string} tickSize
   * @param {{stale: boolean}} marks
   */
  show(candle, tickSize, { stale }) {
    const { open, high, low, close, volume } = candle;
    const decimals = decimalsOfStep(tickSize);
    const prices = [open, high, low, close].map((value) => formatNumber(value, decimals));
    const texts = [...prices, formatCompact(volume), formatPercent(((close - open) / open) * 100)];
    for (const [index, { value }] of this.#figures.entries()) setText(value, texts[index]);
    setData(this.#candle, "direction", direction(close - open));
    if (this.#candle.hidden) this.#candle.hidden = false;
    if (this.#stale.hidden === stale) this.#stale.hidden = !stale;
    this.#watchPanes();
    for (const { drawing, values } of this.#indicators) {
      const found = drawing.at(candle.time) ?? {};
      for (const [key, node] of values) setText(node, formatNumber(found[key] ?? NaN, drawing.entry.decimals ?? decimals));
    }
  }

  /** The library makes a pane's element only when it draws it first. */
  #watchPanes() {
    for (const { drawing, node } of this.#indicators) {
      if (!node.hidden || !drawing.pane) continue;
      node.hidden = false;
      this.#panes.observe(drawing.pane);
    }
  }

  #place() {
    const top = this.#area.getBoundingClientRect().top;
    for (const { drawing, node } of this.#indicators) {
      if (drawing.pane) node.style.top = `${Math.round(drawing.pane.getBoundingClientRect().top - top)}px`;
    }
  }
}

/** @param {LegendLine} drawing */
function indicatorLegend(drawing) {
  const { lines } = drawing.entry;
  const named = lines.map(({ colour }) => element("b", { "data-colour": colourOf(drawing, colour) }, NOTHING));
  const values = new Map(lines.map(({ key }, index) => [key, named[index]]));
  const { ownPane = false } = drawing.entry;
  const node = element("span", { class: ownPane ? "pane-legend" : "overlay-legend" }, drawing.name, ...named);
  node.hidden = ownPane;
  node.dataset.indicator = drawing.entry.key;
  return { drawing, values, node };
}
