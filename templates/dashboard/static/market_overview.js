/**
 * The market at a glance, from `market:overview`: the largest gains, losses and turnovers, and how many symbols rise
 * and fall. Its rows are made once. The watch list subscribes the channel.
 */
import { NOTHING, decimalsOfStep, direction, formatCompact, formatNumber, formatPercent } from "./format.js";
import { element, oncePerFrame, setData, setText } from "./painting.js";
import { hashOf } from "./selection.js";

const LENGTH = 5;
const RANKINGS = { gainers: "Change", losers: "Change", volumes: "Turnover" };

export class MarketOverview {
  #rows = overviewRows();
  #choices = document.getElementById("overview-ranking");
  #column = document.getElementById("overview-column");
  #rising = document.getElementById("overview-rising");
  #falling = document.getElementById("overview-falling");
  /** @type {Map<string, import("./rest.js").Symbol>} */
  #infos = new Map();
  #interval = "1m";
  #overview;
  #paint = oncePerFrame(() => this.#render());

  /** @param {import("../client/client.js").TidewireClient} client */
  constructor(client) {
    client.onMessage("overview", ({ data }) => {
      this.#overview = data;
      this.#paint();
    });
    this.#choices.addEventListener("change", () => this.#paint());
  }

  /** @param {import("./rest.js").Symbol[]} symbols */
  show(symbols) {
    this.#infos = new Map(symbols.map((info) => [info.symbol, info]));
    this.#paint();
  }

  /** @param {import("./selection.js").Selection} selection whose interval the rows' links keep */
  select({ interval }) {
    this.#interval = interval;
    this.#paint();
  }

  #render() {
    if (!this.#overview) return;
    const ranking = this.#choices.querySelector("input:checked").value;
    const values = new Map(this.#overview.symbols.map((one) => [one.symbol, one]));
    const ranked = this.#overview[ranking].filter((symbol) => this.#infos.has(symbol) && values.has(symbol));
    setText(this.#column, RANKINGS[ranking]);
    for (const [index, row] of this.#rows.entries()) this.#fill(row, values.get(ranked[index]), ranking);
    this.#tellBreadth();
  }

  #fill({ node, link, price, figure }, values, ranking) {
    node.classList.toggle("empty", !values);
    const info = this.#infos.get(values?.symbol);
    setText(link, info ? `${info.base}/${info.quote}` : NOTHING);
    const hash = info ? hashOf({ symbol: info.symbol, interval: this.#interval }) : null;
    if (hash === null) link.removeAttribute("href");
    else if (link.getAttribute("href") !== hash) link.setAttribute("href", hash);
    setText(price, formatNumber(values?.price, decimalsOfStep(info?.tickSize)));
    const isTurnover = ranking === "volumes";
    const turnover = values?.price * values?.volume24h;
    setText(figure, isTurnover ? formatCompact(turnover) : formatPercent(values?.changePercent24h));
    setData(figure, "direction", isTurnover ? "" : direction(values?.changePercent24h));
  }

  #tellBreadth() {
    const changes = this.#overview.symbols.map(({ changePercent24h }) => changePercent24h);
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
  document.getElementById("overview-rows").append(...rows.map(({ node }) => node));
  return rows;
}
