/** The grid or the strategy that the page's address names: read whole, then kept in step by the server's news. */
import { byId } from "../../elements.js";
import { decimalsOfStep } from "../../format.js";
import { quoteAssetOf } from "../../money.js";
import { msOf } from "../../moments.js";
import { onceIn, oncePerFrame, setText } from "../../painting.js";
import { isRefusal, isTemporary } from "../../refusal.js";
import { RetriedRead } from "../../retried_read.js";
import { withKnownPrice, withNews } from "./instance_news.js";
import { fillsOf, restingOf } from "./fills.js";
import { showFills } from "./fill_table.js";
import { storedLines } from "./stored_lines.js";

/**
 * @typedef {object} Traded what it has ordered
 * @property {InstanceFill[]} fills oldest first
 * @property {boolean} areAll whether these are all its fills
 * @property {import("../../../../types/instances.js").Order[]} orders the newest first, those that rest among them
 * @property {{price: number, side: string}[]} resting
 * @property {import("../../../../types/instances.js").InstanceMarket} market
 */
/** @typedef {import("../../../../types/instances.js").InstanceFill} InstanceFill */
/** @typedef {{items: import("../../../../types/instances.js").Order[], total: number}} Listed */

const NOT_FOUND = 404;
const REFRESH_MILLISECONDS = 400;
const RECKON_MILLISECONDS = 5_000;

/** @template {import("../../../../types/instances.js").Instance} One */
export class ShownInstance {
  #requests;
  #parts;
  #reading;
  #id = "";
  /** @type {One | null} */
  #instance = null;
  /** @type {InstanceFill[]} oldest first */
  #fills = [];
  #areAll = true;
  /** @type {import("../../../../types/instances.js").Order[]} */
  #orders = [];
  /** @type {{price: number, side: string}[]} */
  #resting = [];
  #refreshSoon = onceIn(REFRESH_MILLISECONDS, () => this.#id && this.#reading.refresh(this.#id));
  #reckonSoon = onceIn(RECKON_MILLISECONDS, () => this.#reckon());
  #paint = oncePerFrame(() => this.#instance && this.#parts.panel.showFigures(this.#instance, this.#market(this.#instance)));

  /**
   * @param {import("./instance_requests.js").InstanceRequests<One>} requests
   * @param {object} parts
   * @param {import("./instance_panel.js").InstancePanel<One>} parts.panel
   * @param {import("./profit_view.js").ProfitView} parts.profit
   * @param {import("./event_log.js").EventLog} parts.log
   * @param {import("../../chart/market/market_panel.js").MarketPanel} parts.market
   * @param {(instance: One, traded: Traded) => void} parts.draw what only its kind has
   * @param {(instance: One, fills: InstanceFill[]) => number} parts.feeRateOf of its fills, a fraction
   * @param {(instance: One) => import("../../../../types/instances.js").Signal[]} [parts.signalsOf]
   * @param {(instance: One) => string} [parts.intervalOf] of the candles that it is first shown on
   * @param {string} parts.unknown says that there is no such one
   * @param {(symbol: string) => import("../../../../types/market.js").Symbol | undefined} parts.infoOf
   */
  constructor(requests, parts) {
    this.#requests = requests;
    this.#parts = parts;
    this.#reading = new RetriedRead({
      ask: (/** @type {string} */ id) => this.#ask(id),
      show: (read) => this.#read(...read),
      refused: (refusal) => this.#refused(refusal),
    });
  }

  /** @returns {({instance: One} & import("../../../../types/instances.js").InstanceMarket) | null} */
  get shown() {
    return this.#instance && { instance: this.#instance, ...this.#market(this.#instance) };
  }

  /** @param {string} id empty: none is shown */
  show(id) {
    if (id !== this.#id) this.#clear();
    this.#id = id;
    byId("shown").hidden = !id;
    this.#tell(id && !this.#instance ? "Loading…" : "");
    if (id) this.load();
  }

  /** Nothing of whoever was here stays. */
  forget() {
    this.#clear();
    this.#id = "";
    byId("shown").hidden = true;
  }

  /** Read anew what is shown. */
  async load() {
    if (this.#id) await this.#reading.load(this.#id);
  }

  /** @param {string} id */
  #ask(id) {
    const told = this.#instance ? { items: [] } : this.#notifications();
    return Promise.all([this.#requests.get(id), this.#requests.ordersOf(id), this.#requests.openOrdersOf(id), told]);
  }

  /**
   * @param {One} instance
   * @param {Listed} orders
   * @param {Listed} open
   * @param {{items: import("../../../../types/instances.js").InstanceNotification[]}} notifications
   */
  #read(instance, orders, open, { items }) {
    const isNew = !this.#instance;
    this.#orders = orders.items;
    this.#fills = fillsOf(orders.items);
    this.#areAll = orders.total <= orders.items.length;
    this.#resting = restingOf(open.items);
    this.#took(withKnownPrice(instance, this.#instance));
    if (isNew) this.#logStored(instance, items);
  }

  /** What is stored of it as it was read first: what comes later is told. @param {One} instance @param {import("../../../../types/instances.js").InstanceNotification[]} notifications */
  #logStored(instance, notifications) {
    const [fills, signals] = [this.#fills, this.#parts.signalsOf?.(instance)];
    this.#parts.log.addStored((decimals) => storedLines(instance, fills, notifications, decimals, signals), this.#market(instance).decimals);
  }

  /** The log does without them. */
  async #notifications() {
    try {
      return await this.#requests.notifications();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return { items: [] };
    }
  }

  /** @param {import("../../../../types/instances.js").InstanceEvent} event */
  news(event) {
    const [, id, kind] = event.channel.split(".");
    if (id !== this.#id) return;
    if (!this.#instance) return this.#refreshSoon(); // what is being read may be of before
    const former = this.#instance.state;
    this.#instance = withNews(this.#instance, event);
    this.#parts.log.add(event, this.#market(this.#instance).decimals);
    if (kind === "trade") this.#trade(event);
    if (kind === "status") this.#parts.profit.add(this.#instance);
    if (kind === "status" || kind === "pnl") this.#paint();
    if ((kind !== "status" && kind !== "pnl") || this.#instance.state !== former) this.#refreshSoon();
  }

  /** The market's candles are others than before. */
  candlesChanged() {
    if (this.#instance) this.#reckonSoon();
  }

  /** Draw what is known again: something else was drawn in between. */
  redraw() {
    if (this.#instance) this.#took(this.#instance);
  }

  /** @param {import("../../../../types/instances.js").InstanceEvent} event shown at once; the order's row follows */
  #trade({ data, timestamp }) {
    const { order_id: order, side, price, amount } = data;
    this.#fills = [...this.#fills, { order, side, price, amount, time: msOf(timestamp) || Date.now() }];
    this.#parts.market.showFills(this.#fills);
  }

  /** @param {One} instance */
  #took(instance) {
    const isNew = !this.#instance;
    this.#instance = instance;
    const market = this.#market(instance);
    this.#tell("");
    this.#parts.panel.show(instance, market);
    this.#parts.log.showIn(market.decimals);
    this.#parts.market.show(this.#parts.infoOf(instance.symbol) ?? null, isNew ? this.#parts.intervalOf?.(instance) : undefined);
    this.#parts.market.showFills(this.#fills);
    this.#parts.draw(instance, { fills: this.#fills, areAll: this.#areAll, orders: this.#orders, resting: this.#resting, market });
    showFills(this.#fills, market, this.#areAll);
    if (isNew) this.#reckon();
    else this.#reckonSoon();
  }

  #reckon() {
    if (!this.#instance) return;
    const { candles, interval } = this.#parts.market;
    const feeRate = this.#parts.feeRateOf(this.#instance, this.#fills);
    this.#parts.profit.reckon(this.#instance, this.#fills, { candles, interval, areAll: this.#areAll, feeRate });
  }

  #clear() {
    this.#reading.forget();
    this.#instance = null;
    this.#fills = [];
    this.#orders = [];
    this.#resting = [];
    this.#parts.log.clear();
    this.#parts.profit.clear();
  }

  /** @param {import("../../refusal.js").Refusal} refusal @returns {boolean} whether it is asked anew */
  #refused(refusal) {
    const isUnknown = "status" in refusal && refusal.status === NOT_FOUND;
    this.#tell(isUnknown && !this.#instance ? this.#parts.unknown : `${refusal.message}.`);
    return isTemporary(refusal);
  }

  /** @param {string} words about what isn't shown; none: it is */
  #tell(words) {
    byId("shown-problem").hidden = !words;
    setText(byId("shown-problem"), words);
    byId("shown-body").hidden = !this.#instance;
  }

  /** @param {One} instance */
  #market({ symbol }) {
    const { base = "", quote = quoteAssetOf({ symbol }), tickSize } = this.#parts.infoOf(symbol) ?? {};
    return { base, quote, decimals: decimalsOfStep(tickSize) };
  }
}
