/**
 * The market at a glance, from `market:overview`: the largest gains, losses and turnovers, and how many symbols rise
 * and fall. The chosen market's row tells the price that all of the page tells, and the others what the watch list tells
 * of them. Its rows are made once. The watch list subscribes the channel.
 */
import { byId, partOf } from "../../shared/elements.js";
import { NOTHING, decimalsOfStep, direction, formatCompact, formatNumber, formatPercent } from "../../shared/format.js";
import { element, oncePerFrame, setData, setText } from "../../shared/painting.js";
import { onMarketData } from "../../shared/market_data/market_data.js";
import { inCommonFrame } from "../common_frames.js";
import { hashOf } from "../selection.js";

const LENGTH = 5;
/** @typedef {import("@tidewire/client/protocol").Overview} Overview */
/** @typedef {Overview["symbols"][number]} Values */
/** @typedef {import("./watch_row.js").Values & {symbol: string}} Shown */
/** @typedef {keyof typeof RANKINGS} Ranking */

const RANKINGS = {
  gainers: { column: "Change", none: "None is up" },
  losers: { column: "Change", none: "None is down" },
  volumes: { column: "Turnover", none: "None traded" },
};

export class MarketOverview {
  #rows = overviewRows();
  #choices = byId("overview-ranking");
  #column = byId("overview-column");
  #rising = byId("overview-rising");
  #falling = byId("overview-falling");
  /** @type {Map<string, import("../../../types/market.js").Symbol>} */
  #infos = new Map();
  #interval = "1m";
  /** @type {Ranking} */
  #ranking = "gainers";
  /** @type {Overview | undefined} */
  #overview;
  /** @type {(Values | undefined)[]} what the overview tells of each row's symbol */
  #listed = [];
  #told;
  /** @type {Partial<Shown>} what the page knows better of the chosen market */
  #followed = {};
  #paint = oncePerFrame(() => this.#render());
  #paintNews = inCommonFrame({ paint: () => this.#render() });

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {(symbol: string) => import("./watch_row.js").Values | undefined} told what the watch list tells of a market in this frame
   */
  constructor(client, told) {
    this.#told = told;
    onMarketData(client, "overview", (data) => {
      this.#overview = data;
      this.#paintNews();
    });
    onMarketData(client, "price", () => this.#paintNews()); // also of what isn't listed yet: its row may be painted once it is
    this.#choices.addEventListener("change", () => this.#paint());
  }

  /** @param {import("../../../types/market.js").Symbol[]} symbols */
  show(symbols) {
    this.#infos = new Map(symbols.map((info) => [info.symbol, info]));
    this.#paint();
  }

  /** @param {import("../selection.js").Selection} selection whose interval the rows' links keep */
  select({ symbol, interval }) {
    if (symbol !== this.#followed.symbol) this.#followed = {};
    this.#interval = interval;
    this.#paint();
  }

  /** @param {import("../market_data/market_state.js").MarketState} state which the chosen market's row tells, where it is listed */
  paint({ symbol, price, day }) {
    if (price === undefined) return;
    this.#followed = { symbol, price, ...(day ? { changePercent24h: day.changePercent } : {}) };
    const index = this.#indexOf(symbol);
    if (index !== -1) this.#fill(index);
  }

  #render() {
    if (!this.#overview) return;
    this.#ranking = /** @type {Ranking} */ (partOf(this.#choices, "input:checked", "input").value);
    const values = new Map(this.#overview.symbols.map((one) => [one.symbol, one]));
    const ranked = this.#overview[this.#ranking].filter((symbol) => this.#infos.has(symbol) && values.has(symbol));
    setText(this.#column, RANKINGS[this.#ranking].column);
    this.#listed = this.#rows.map((_, index) => values.get(ranked[index]));
    for (const index of this.#rows.keys()) this.#fill(index);
    this.#tellBreadth(this.#overview);
  }

  /** @param {number} index of a row */
  #fill(index) {
    const { node, link, price, figure } = this.#rows[index];
    const values = this.#valuesOf(index);
    node.classList.toggle("empty", !values);
    const info = values && this.#infos.get(values.symbol);
    setText(link, info ? `${info.base}/${info.quote}` : this.#wordOfEmpty(index));
    const hash = info ? hashOf({ symbol: info.symbol, interval: this.#interval }) : null;
    if (hash === null) link.removeAttribute("href");
    else if (link.getAttribute("href") !== hash) link.setAttribute("href", hash);
    setText(price, formatNumber(values?.price, decimalsOfStep(info?.tickSize)));
    const isTurnover = this.#ranking === "volumes";
    const turnover = values && values.price * (values.volume24h ?? NaN);
    setText(figure, isTurnover ? formatCompact(turnover) : formatPercent(values?.changePercent24h));
    setData(figure, "direction", isTurnover ? "" : direction(values?.changePercent24h, 2));
  }

  /** @param {number} index of a row without a market @returns {string} the first says so where the ranking has none, listed here or not */
  #wordOfEmpty(index) {
    const hasNone = this.#overview?.[this.#ranking].length === 0;
    return index === 0 && hasNone ? RANKINGS[this.#ranking].none : NOTHING;
  }

  /** @param {number} index of a row @returns {Shown | undefined} none: it is empty */
  #valuesOf(index) {
    const values = this.#listed[index];
    if (!values) return undefined;
    return { ...values, ...this.#told(values.symbol), ...(values.symbol === this.#followed.symbol ? this.#followed : {}) };
  }

  /** @param {string} symbol @returns {number} of the row that is its; -1: none is */
  #indexOf(symbol) {
    return this.#listed.findIndex((values) => values?.symbol === symbol);
  }

  /** @param {Overview} overview */
  #tellBreadth({ symbols }) {
    const changes = symbols.map(({ changePercent24h }) => changePercent24h);
    setText(this.#rising, `${changes.filter((change) => change > 0).length} up`);
    setText(this.#falling, `${changes.filter((change) => change < 0).length} down`);
  }
}

function overviewRows() {
  const rows = Array.from({ length: LENGTH }, () => {
    const link = element("a", { class: "symbol" }, NOTHING);
    const [price, figure] = [element("td", {}, NOTHING), element("td", {}, NOTHING)];
    return { node: element("tr", {}, element("th", { scope: "row" }, link), price, figure), link, price, figure };
  });
  byId("overview-rows", "tbody").append(...rows.map(({ node }) => node));
  return rows;
}
