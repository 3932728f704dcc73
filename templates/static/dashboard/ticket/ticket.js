/** The order ticket: what is typed, what it would come to, and what became of it. */
import { byId, targetOf } from "../../shared/elements.js";
import { ExactDecimal, ONE } from "../../shared/exact_decimal.js";
import { oncePerFrame, setText } from "../../shared/painting.js";
import { isRefusal, refusalText } from "../../shared/refusal.js";
import { text } from "../../shared/typed_numbers.js";
import { FirstPrices } from "./first_prices.js";
import { estimateOf, quoteOf, shareOf } from "./order_estimate.js";
import { faultsOf, faultsTold, hintsOf } from "./order_rules.js";
import { OrderFollowing } from "./order_following.js";
import { OrderPreview } from "./order_preview.js";
import { isForAmount, isWhole, orderGiven } from "./order_values.js";
import { TicketAccount } from "./ticket_account.js";
import { TicketFields } from "./ticket_fields.js";
import { TicketFigures } from "./ticket_figures.js";
import { TicketFoot } from "./ticket_foot.js";
import { TicketPanel } from "./ticket_panel.js";
import { priceHint, stopHint } from "./ticket_text.js";

/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */
/** @typedef {import("../market_data/market_state.js").MarketState} MarketState */
/** @typedef {import("../../../types/trading.js").OrderType} OrderType */
/** @typedef {{price?: unknown, side?: "buy" | "sell", type?: OrderType, quantity?: unknown}} Filling numbers, or their texts */

/** Of a market, those that an order is reckoned by. */
const PRICES = /** @type {const} */ (["bid", "ask", "price"]);

export class Ticket {
  #session;
  #fields = new TicketFields();
  #firstPrices = new FirstPrices(this.#fields);
  #figures = new TicketFigures();
  #foot = new TicketFoot();
  #preview;
  #account;
  #following;
  #panel;
  /** @type {SymbolInfo | undefined} */
  #info;
  /** @type {MarketState | undefined} of the symbol */
  #market;
  /** @type {string} the field that is being typed into: what the page finds wrong with it is said afterwards */
  #typing = "";
  /** @type {Record<string, string>} what the server refused, by field */
  #refused = {};
  #isSending = false;
  /** @type {string} the size as it was typed of the order that was sent last */
  #sentSize = "";
  /** @type {import("../../../types/trading.js").TradingLevel | undefined} what may be ordered, as it was told last */
  #level;
  /** @type {string | undefined} none: nobody is signed in */
  #userName;
  #paint = oncePerFrame(() => this.#render());

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {object} parts
   * @param {import("../../shared/session/session.js").Session} parts.session
   * @param {import("../../shared/trading/own_trading.js").OwnTrading} parts.trading
   * @param {import("./order_submission.js").Requests & import("./order_preview.js").Requests} parts.requests
   * @param {import("../../shared/views.js").Views} parts.views
   */
  constructor(client, { session, trading, requests, views }) {
    this.#session = session;
    this.#userName = session.user?.username;
    this.#account = new TicketAccount(trading);
    this.#following = new OrderFollowing(client, requests, { placed: (info) => this.#placed(info), changed: this.#paint });
    this.#panel = new TicketPanel(views, this.#paint);
    this.#preview = new OrderPreview(requests, this.#paint);
    trading.on(() => this.#paintAnew());
    session.addEventListener("change", () => this.#entered());
    this.#watchForm();
    this.#watchButtons();
  }

  /** @param {SymbolInfo} info of the symbol to order from now on */
  show(info) {
    if (this.#info?.quote) this.#fields.write("size", ""); // what is typed before the first market is there, is meant for it
    this.#info = info;
    this.#market = undefined;
    this.#refused = {};
    this.#firstPrices.begin();
    this.#following.leave();
    byId("ticket").toggleAttribute("inert", !info.quote); // no symbol that trades here
    setText(byId("ticket-symbol"), info.symbol);
    this.#paint();
  }

  /** Fill it with what was picked, and show it. @param {Filling} given @param {{focuses?: boolean}} [options] */
  fill(given, { focuses = false } = {}) {
    const { side, price, quantity } = given;
    this.#choose(given);
    if (side) this.#fields.choose("side", side);
    if (price !== undefined) this.#writePrice(this.#fields.values.kind === "stop" ? "stop_price" : "price", text(price));
    if (quantity !== undefined) {
      this.#fields.choose("sizing", "quantity");
      this.#fields.write("size", text(quantity));
    }
    this.#changed();
    this.#panel.open();
    if (focuses) this.#fields.focus("size");
  }

  /** Say what the kill switch lets pass. @param {import("../../../types/trading.js").TradingLevel | undefined} level undefined: not known */
  restrict(level) {
    this.#level = level;
    this.#paintAnew();
  }

  /** Show it, and put the focus where one begins to type. */
  goTo() {
    this.#panel.open();
    this.#fields.focus("size");
  }

  /** A price that is picked is for an order that has one. @param {Filling} given */
  #choose({ type, price }) {
    const { kind } = this.#fields.values;
    if (type) this.#fields.choose("kind", type === "limit_maker" ? "limit" : type);
    else if (price !== undefined && kind === "market") this.#fields.choose("kind", "limit");
    if (type) this.#fields.setPostOnly(type === "limit_maker");
  }

  /** @param {MarketState} state */
  paint(state) {
    if (state.symbol !== this.#info?.symbol) return;
    const before = this.#market;
    this.#market = state;
    if (PRICES.some((name) => state[name] !== before?.[name])) this.#render();
  }

  /** Whoever comes sees nothing of who was here before, but for what is typed. */
  #entered() {
    const userName = this.#session.user?.username;
    if (userName === this.#userName) return;
    this.#userName = userName;
    this.#following.forget();
    this.#refused = {};
    this.#foot.tell("");
    this.#paint();
  }

  #watchForm() {
    const form = byId("ticket-form", "form");
    form.addEventListener("input", (event) => {
      const { name = "" } = /** @type {HTMLInputElement} */ (event.target);
      this.#typing = name;
      this.#firstPrices.keep(name);
      if (name === "side" || name === "kind") this.#firstPrices.renew();
      this.#changed();
    });
    form.addEventListener("change", () => {
      this.#typing = "";
      this.#paint();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  #watchButtons() {
    byId("ticket-shares").addEventListener("click", (event) => {
      const { percent } = targetOf(event).dataset;
      if (percent) this.#takeShare(Number(percent));
    });
    byId("ticket-price-now").addEventListener("click", () => {
      this.#firstPrices.begin();
      this.#changed();
    });
  }

  /** What the server would take may be otherwise now. */
  #paintAnew() {
    this.#preview.renew();
    this.#paint();
  }

  /** What the server has said was of something else. */
  #changed() {
    this.#refused = {};
    this.#foot.tell("");
    this.#paint();
  }

  /** @param {"price" | "stop_price"} name @param {string} price */
  #writePrice(name, price) {
    this.#firstPrices.keep(name);
    this.#fields.write(name, price);
  }

  /** @param {number} percent of what is free */
  #takeShare(percent) {
    const [info, free] = [this.#info, this.#info && this.#account.freeOf(this.#info)];
    if (!free || !info) return;
    const market = { quote: this.#quote, rates: this.#account.rates, free, ...stepsOf(info) };
    const share = shareOf(this.#fields.values, percent, market);
    if (!share) return;
    this.#fields.choose("sizing", share.sizing);
    this.#fields.write("size", share.size);
    this.#changed();
  }

  get #quote() {
    return quoteOf(this.#market);
  }

  async #submit() {
    if (!this.#info || this.#isSending) return;
    if (!this.#session.user) {
      byId("account-open").click();
      return;
    }
    const [info, userName] = [this.#info, this.#userName];
    const isStill = () => info === this.#info && userName === this.#userName;
    this.#sentSize = this.#fields.values.size;
    this.#begin(true);
    try {
      await this.#following.place(this.#given(info), info);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isStill()) this.#refuse(error);
    } finally {
      this.#begin(false);
    }
  }

  /** Pressed once more, it isn't to be placed once more; the next one's size may be typed by then. @param {SymbolInfo} info of what was placed */
  #placed(info) {
    if (info === this.#info && this.#fields.values.size === this.#sentSize) this.#fields.write("size", "");
  }

  /** @param {boolean} isSending */
  #begin(isSending) {
    this.#isSending = isSending;
    if (isSending) this.#changed();
    this.#paint();
  }

  /** @param {import("../../shared/refusal.js").Refusal} refusal */
  #refuse({ message, fields = {} }) {
    this.#refused = fields;
    const others = this.#fields.showFaults(fields);
    const isUnanswered = this.#info && this.#following.isUnanswered(this.#given(this.#info));
    this.#foot.tell(isUnanswered ? "" : refusalText({ message, fields, others }));
    this.#fields.focusFault();
  }

  /** @param {SymbolInfo} info */
  #given(info) {
    return orderGiven(this.#fields.values, info.symbol);
  }

  #render() {
    const info = this.#info;
    if (!info?.quote || !this.#panel.isInSight) return;
    this.#account.offer();
    this.#firstPrices.write(this.#quote, stepsOf(info).tick);
    const { values } = this.#fields;
    this.#fields.arrange(values, info);
    this.#showHints(values, info);
    this.#fields.showFaults({ ...this.#faults(values, info), ...this.#refused });
    const estimate = estimateOf(values, this.#quote, this.#account.rates, stepsOf(info).step);
    this.#figures.show(values, estimate, this.#account.freeOf(info), info);
    this.#showFoot(values, info);
  }

  /** @param {import("./order_values.js").OrderValues} values @param {SymbolInfo} info */
  #showHints(values, info) {
    const { price, size } = hintsOf(values, info);
    this.#fields.hint({
      price: priceHint(values, this.#quote, info, price),
      stopPrice: stopHint(values, this.#quote, price),
      size,
      free: this.#account.freeText(values.side, info),
    });
  }

  /** @param {import("./order_values.js").OrderValues} values @param {SymbolInfo} info */
  #faults(values, info) {
    const typed = this.#typing === "size" ? (isForAmount(values) ? "quote_quantity" : "quantity") : this.#typing;
    const known = faultsOf(values, info, this.#quote);
    this.#preview.want(this.#userName && isWhole(values) && !Object.keys(known).length ? this.#given(info) : null);
    return faultsTold(known, typed, this.#preview.fields);
  }

  /** @param {import("./order_values.js").OrderValues} values @param {SymbolInfo} info */
  #showFoot(values, info) {
    const isUnanswered = this.#following.isUnanswered(this.#given(info));
    const { trading, account = "" } = this.#account.chosen ?? {};
    const sending = { isSignedIn: Boolean(this.#session.user), isSending: this.#isSending, isUnanswered };
    this.#foot.show(values, info, { ...sending, level: this.#level ?? trading, account, refusals: this.#preview.others });
    this.#following.show(isUnanswered);
  }
}

/** @param {SymbolInfo} info */
function stepsOf({ tickSize, stepSize }) {
  return { tick: ExactDecimal.of(tickSize) ?? ONE, step: ExactDecimal.of(stepSize) ?? ONE };
}
