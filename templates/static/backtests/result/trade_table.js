/** The trades of a run, newest first, each a button that shows it on the chart; older ones are read by pages. */
import { byId, targetOf } from "../../shared/elements.js";
import { decimalsOfStep, direction, formatCount, formatNumber, formatPercent, formatWhole } from "../../shared/format.js";
import { gainText, moneyNumber, quoteAssetOf } from "../../shared/money.js";
import { momentText } from "../../shared/moments.js";
import { element, setText } from "../../shared/painting.js";
import { isTemporary } from "../../shared/refusal.js";
import { RetriedRead } from "../../shared/retried_read.js";
import { timeElement } from "../../shared/time_zone/time_element.js";
import { text } from "../../shared/typed_numbers.js";

/** @typedef {import("../../../types/backtests.js").Trade} Trade */

const PAGE_SIZE = 200;

export class TradeTable {
  #rows = byId("trade-rows");
  #note = byId("trade-note");
  #more = byId("trade-more");
  #choose;
  #older;
  #id = "";
  #count = 0;
  #offset = 0;
  #isReading = false;
  #quote = "";
  #tickSize = /** @type {number | string | undefined} */ (undefined);
  /** @type {Trade[]} newest first */
  #trades = [];
  #drawn = 0;

  /**
   * @param {import("../requests.js").BacktestRequests} requests
   * @param {(trade: Trade, all: Trade[]) => void} choose told which the reader wants to see on the chart
   */
  constructor(requests, choose) {
    this.#choose = choose;
    this.#older = new RetriedRead({
      ask: (/** @type {number} */ offset) => {
        this.#isReading = true;
        return requests.trades(this.#id, offset, this.#offset - offset);
      },
      show: (page) => this.#add(page),
      refused: (refusal) => this.#refused(refusal),
    });
    this.#rows.addEventListener("click", (event) => this.#clicked(targetOf(event)));
    this.#more.addEventListener("click", () => this.#showMore());
  }

  /**
   * @param {import("../../../types/backtests.js").Result} result
   * @param {number | string | undefined} tickSize
   */
  show({ backtest, trades, trade_count: count }, tickSize) {
    this.forget();
    this.#id = backtest.id;
    this.#count = count ?? trades.length;
    this.#quote = quoteAssetOf(backtest);
    this.#tickSize = tickSize;
    this.#trades = [...trades].reverse();
    this.#offset = this.#count - trades.length;
    this.#drawn = 0;
    this.#rows.replaceChildren();
    this.#draw();
  }

  /** Nobody waits for older ones any more. */
  forget() {
    this.#older.forget();
    this.#isReading = false;
  }

  get trades() {
    return this.#trades;
  }

  /** @param {number | null} number of the trade that the chart shows */
  mark(number) {
    for (const row of this.#rows.children) {
      if (row instanceof HTMLElement && row.dataset.trade === String(number)) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  #draw() {
    const next = this.#trades.slice(this.#drawn, this.#drawn + PAGE_SIZE);
    this.#rows.append(...next.map((trade) => this.#row(trade)));
    this.#drawn += next.length;
    setText(byId("trade-count"), this.#count ? formatCount(this.#count) : "");
    setText(this.#note, this.#count ? "" : "It made no trade.");
    this.#more.hidden = this.#drawn >= this.#count;
  }

  #showMore() {
    if (this.#isReading) return; // the same page would come twice
    if (this.#drawn === this.#trades.length && this.#offset > 0) this.#older.load(Math.max(0, this.#offset - PAGE_SIZE));
    else this.#draw();
  }

  /** @param {Trade[]} page those before the ones that are there */
  #add(page) {
    this.#isReading = false;
    this.#trades.push(...page.toSorted((one, other) => other.number - one.number));
    this.#offset -= page.length;
    this.#draw();
  }

  /** @param {import("../../shared/refusal.js").Refusal} refusal @returns {boolean} whether they are asked for anew */
  #refused(refusal) {
    this.#isReading = false;
    setText(this.#note, `${refusal.message}.`);
    return isTemporary(refusal);
  }

  /** @param {HTMLElement} target */
  #clicked(target) {
    const number = Number(target.closest("tr")?.dataset.trade);
    const trade = this.#trades.find((each) => each.number === number);
    if (trade) this.#choose(trade, this.#trades);
  }

  /** @param {Trade} trade */
  #row(trade) {
    const { number, opened, closed, side, quantity, entry, exit, profit, profit_percent: percent, fees, candles } = trade;
    const decimals = decimalsOfStep(this.#tickSize);
    const button = element("button", { type: "button", class: "link-button", title: "Show it on the chart" }, `${number} ${side}`);
    const gain = { class: "number", "data-direction": direction(profit) };
    return element(
      "tr",
      { "data-trade": String(number) },
      element("th", { scope: "row" }, button),
      ...[opened, closed].map((time) => element("td", { class: "time" }, timeElement(time, momentText))),
      ...[text(quantity), ...[entry, exit].map((price) => formatNumber(price, decimals))].map(numberCell),
      element("td", gain, gainText(profit, this.#quote)),
      element("td", gain, formatPercent(percent)),
      ...[moneyNumber(fees, this.#quote), formatWhole(candles)].map(numberCell),
    );
  }
}

/** @param {string} words */
function numberCell(words) {
  return element("td", { class: "number" }, words);
}
