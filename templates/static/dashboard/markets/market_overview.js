/**
 * The market at a glance, from `market:overview`: the largest gains, losses and turnovers, and how many symbols rise
 * and fall. Its rows are made once. The watch list subscribes the channel.
 */
import { byId, partOf } from "../../shared/elements.js";
import { NOTHING, decimalsOfStep, direction, formatCompact, formatNumber, formatPercent } from "../../shared/format.js";
import { element, oncePerFrame, setData, setText } from "../../shared/painting.js";
import { onMarketData } from "../../shared/market_data/market_data.js";
import { inCommonFrame } from "../common_frames.js";
import { hashOf } from "../selection.js";

const LENGTH = 5;
/** @typedef {import("@tidewire/client/protocol").Overview} Overview */
/** @typedef {keyof typeof RANKINGS} Ranking */

const RANKINGS = { gainers: "Change", losers: "Change", volumes: "Turnover" };

export class MarketOverview {
  #rows = overviewRows();
  #choices = byId("overview-ranking");
  #column = byId("overview-column");
  #rising = byId("overview-rising");
  #falling = byId("overview-falling");
  /** @type {Map<string, import("../../shared/market_data/rest.js").Symbol>} */
  #infos = new Map();
  #interval = "1m";
  /** @type {Overview | undefined} */
  #overview;
  #paint = oncePerFrame(() => this.#render());
  #paintNews = inCommonFrame({ paint: () => this.#render() });

  /** @param {import("../../client/client.js").TidewireClient} client */
  constructor(client) {
    onMarketData(client, "overview", (data) => {
      this.#overview = data;
      this.#paintNews();
    });
    this.#choices.addEventListener("change", () => this.#paint());
  }

  /** @param {import("../../shared/market_data/rest.js").Symbol[]} symbols */
  show(symbols) {
    this.#infos = new Map(symbols.map((info) => [info.symbol, info]));
    this.#paint();
  }

  /** @param {import("../selection.js").Selection} selection whose interval the rows' links keep */
  select({ interval }) {
    this.#interval = interval;
    this.#paint();
  }

  #render() {
    if (!this.#overview) return;
    const ranking = /** @type {Ranking} */ (partOf(this.#choices, "input:checked", "input").value);
    const values = new Map(this.#overview.symbols.map((one) => [one.symbol, one]));
    const ranked = this.#overview[ranking].filter((symbol) => this.#infos.has(symbol) && values.has(symbol));
    setText(this.#column, RANKINGS[ranking]);
    for (const [index, row] of this.#rows.entries()) this.#fill(row, values.get(ranked[index]), ranking);
    this.#tellBreadth(this.#overview);
  }

  /**
   * @param {ReturnType<typeof overviewRows>[number]} row
   * @param {Overview["symbols"][number] | undefined} values
   * @param {Ranking} ranking
   */
  #fill({ node, link, price, figure }, values, ranking) {
    node.classList.toggle("empty", !values);
    const info = values && this.#infos.get(values.symbol);
    setText(link, info ? `${info.base}/${info.quote}` : NOTHING);
    const hash = info ? hashOf({ symbol: info.symbol, interval: this.#interval }) : null;
    if (hash === null) link.removeAttribute("href");
    else if (link.getAttribute("href") !== hash) link.setAttribute("href", hash);
    setText(price, formatNumber(values?.price, decimalsOfStep(info?.tickSize)));
    const isTurnover = ranking === "volumes";
    const turnover = values && values.price * values.volume24h;
    setText(figure, isTurnover ? formatCompact(turnover) : formatPercent(values?.changePercent24h));
    setData(figure, "direction", isTurnover ? "" : direction(values?.changePercent24h));
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
