/**
 * The watch list. The server allows 50 subscriptions a connection and Binance has some 1,500 symbols: the list shows
 * the largest, the search finds the others, and only rows in sight are subscribed where there are many.
 */
import { byId, targetOf } from "../../shared/elements.js";
import { KeyedRows } from "../../shared/keyed_rows.js";
import { AccessToken } from "../../shared/session/access_token.js";
import { onOtherUser } from "../../shared/session/other_user.js";
import { ChannelSet } from "../../shared/channels/channel_set.js";
import { onMarketData } from "../../shared/market_data/market_data.js";
import { hashOf } from "../selection.js";
import { ListChoice } from "./list_choice.js";
import { inOrder } from "./market_order.js";
import { marketsFound } from "./market_search.js";
import { OrderHeads } from "./order_heads.js";
import { OwnLists } from "./own_lists.js";
import { Trends } from "./trends.js";
import { TurnoverOrder } from "./turnover_order.js";
import { WatchListNote } from "./watch_list_note.js";
import { WatchRow } from "./watch_row.js";

const MOST_ROWS = 100;
/** Of the 50 that a connection may have, the overview, the chart (4, and 2 of a compared market), its whole book, alerts (3) and what is one's own (6) need the rest. */
const MOST_SUBSCRIPTIONS = 33;
const OVERVIEW = "market:overview";

/** @typedef {import("../../../types/market.js").Symbol} Info */

export class WatchList {
  #body = byId("watch-list-rows", "tbody");
  #note = new WatchListNote();
  #search = byId("symbol-search", "input");
  #trends = new Trends((symbol, closes) => this.#rows.get(symbol)?.showTrend(closes));
  #client;
  #channels;
  /** @type {Info[]} */
  #symbols = [];
  /** @type {Map<string, WatchRow>} */
  #rows = new Map();
  /** @type {KeyedRows<Info>} those that are listed */
  #listed = new KeyedRows(this.#body, ({ symbol }) => symbol, (info) => ({ element: this.#row(info).node, show: () => undefined }));
  /** What was known of the chosen list when the rows were listed. */
  #chosen = "";
  #turnover = new TurnoverOrder();
  /** @type {Set<string>} symbols */
  #inSight = new Set();
  #sight = new IntersectionObserver((entries) => this.#seen(entries));
  #selection = { symbol: "", interval: "" };
  #order = new OrderHeads(() => this.#list());
  #own;
  #choice;
  #mayChange;

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {import("../../shared/session/session.js").Session} session
   * @param {import("../../shared/confirm_dialog.js").ConfirmDialog} dialog
   */
  constructor(client, session, dialog) {
    this.#mayChange = () => mayChange(session);
    this.#own = new OwnLists(new AccessToken(session), {
      changed: () => this.#ownChanged(),
      refused: (refusal) => this.#note.refuse(refusal),
      caughtUp: () => this.#note.isAway && this.#note.forgetRefusal(),
    });
    this.#choice = new ListChoice(this.#own, dialog, { changed: () => this.#listAnew(), mayChange: this.#mayChange });
    this.#client = client;
    this.#channels = new ChannelSet(client);
    this.#channels.replace([OVERVIEW]);
    onMarketData(client, "price", (data) => this.#rows.get(data.symbol)?.update(data));
    onMarketData(client, "overview", (data) => this.#overview(data));
    client.on("connected", () => this.#connected());
    this.#search.addEventListener("input", () => this.#listAnew());
    this.#search.addEventListener("keydown", (event) => this.#searchKey(event));
    this.#body.addEventListener("click", (event) => {
      const target = targetOf(event);
      if (!target.closest("a, button")) target.closest("tr")?.querySelector("a")?.click();
    });
    this.#body.addEventListener("keydown", (event) => this.#moveFocus(event));
    onOtherUser(session, () => this.#own.follow(session.user !== null));
  }

  /** @param {Info[]} symbols */
  show(symbols) {
    this.#turnover.await(() => {
      const keepsOrder = this.#symbols.length > 0;
      this.#symbols = symbols;
      this.#list({ keepsOrder });
    });
  }

  /** @param {string} text in place of the rows, or below them */
  tell(text) {
    this.#note.tell(text);
  }

  /** @param {import("../selection.js").Selection} selection */
  select(selection) {
    this.#selection = selection;
    for (const row of this.#rows.values()) this.#markSelection(row);
  }

  /** Let the chosen market's row tell the price that all of the page tells. @param {import("../market_data/market_state.js").MarketState} state */
  paint({ symbol, price, day }) {
    if (price !== undefined) this.#rows.get(symbol)?.follow(price, day?.changePercent);
  }

  /** Paint a market's row in this frame. @param {string} symbol @returns {import("./watch_row.js").Values | undefined} what it tells, for whoever tells it elsewhere; undefined: nothing */
  painted(symbol) {
    const row = this.#rows.get(symbol);
    return row && Number.isFinite(row.values.price) ? row.painted() : undefined;
  }

  /** @param {number} step 1: to the market below the chosen one, -1: to the one above */
  step(step) {
    const rows = [...this.#body.children];
    const chosen = rows.findIndex((row) => row.hasAttribute("aria-current"));
    const next = rows[chosen === -1 ? 0 : chosen + step];
    next?.scrollIntoView({ block: "nearest" });
    next?.querySelector("a")?.click();
  }

  /** Turn to the search. */
  search() {
    this.#search.focus();
    this.#search.select();
  }

  #connected() {
    this.#trends.retry();
    if (this.#note.isAway) this.#own.catchUp();
  }

  /** Mostly a star was pressed: the rows stay, and with them the reader's place. */
  #ownChanged() {
    this.#choice.render();
    if (this.#known === this.#chosen) this.#showStars();
    else this.#list({ keepsOrder: this.#order.isHeld });
  }

  get #known() {
    const { symbols } = this.#choice;
    return JSON.stringify(symbols && [symbols, this.#own.isLoaded]);
  }

  /** Show the rows that the search leaves, each made once and used again. @param {{keepsOrder?: boolean}} [options] of those that are listed */
  #list({ keepsOrder = false } = {}) {
    this.#chosen = this.#known;
    const found = this.#found();
    const shown = (keepsOrder ? this.#asTheyStand(found) : found).slice(0, MOST_ROWS);
    this.#keepFocus(() => this.#listed.show(shown));
    this.#watchSight(shown.map((info) => this.#row(info)));
    this.#showStars();
    this.#note.say(this.#noteOf(found.length, shown.length));
  }

  #listAnew() {
    this.#note.forgetRefusal();
    this.#list();
  }

  /** @param {Info[]} found @returns {Info[]} what isn't listed yet comes last */
  #asTheyStand(found) {
    const places = new Map([...this.#body.children].map((row, place) => [row.getAttribute("data-symbol"), place]));
    const placeOf = (/** @type {Info} */ { symbol }) => places.get(symbol) ?? places.size;
    return [...found].sort((one, other) => placeOf(one) - placeOf(other));
  }

  /** Where the row goes that has the focus, the link of the row in its place gets it, not its star. @param {() => void} list */
  #keepFocus(list) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const place = [...this.#body.children].findIndex((row) => row.contains(focused));
    list();
    if (place < 0 || document.activeElement === focused) return;
    const next = this.#body.children[place]?.querySelector("a") ?? byId("watch-list-choice");
    (this.#body.contains(focused) ? focused : next)?.focus({ preventScroll: true });
  }

  /** A search is in all markets, also where a list is shown: so others are found for it. */
  #found() {
    const { symbols } = this.#choice;
    const isSearch = this.#search.value.trim() !== "";
    const offered = symbols && !isSearch ? this.#symbols.filter(({ symbol }) => symbols.includes(symbol)) : this.#symbols;
    const ordered = inOrder(this.#turnover.sorted(offered), this.#order.order, (symbol) => this.#rows.get(symbol)?.newest);
    return marketsFound(ordered, this.#search.value);
  }

  #showStars() {
    const { starred } = this.#choice;
    const own = new Set(this.#own.named(starred)?.symbols);
    for (const [symbol, row] of this.#rows) row.showStar(starred, own.has(symbol));
  }

  /** @param {string} symbol */
  #star(symbol) {
    if (!this.#mayChange()) return;
    this.#note.forgetRefusal();
    this.#own.toggle(this.#choice.starred, symbol);
  }

  /** @param {number} found @param {number} shown */
  #noteOf(found, shown) {
    if (!this.#symbols.length) return this.#note.text;
    if (found) return found > shown ? `${shown} of ${found} markets: search to find the others.` : "";
    if (this.#choice.symbols === null || this.#search.value.trim()) return "No market of that name.";
    return this.#own.isLoaded ? "Nothing in this list yet: search a market, and press its star." : "Loading this list…";
  }

  /** @param {Info} info */
  #row(info) {
    const known = this.#rows.get(info.symbol);
    if (known) return known;
    const row = new WatchRow(info, () => this.#star(info.symbol));
    this.#rows.set(info.symbol, row);
    this.#markSelection(row);
    return row;
  }

  /** @param {WatchRow} row */
  #markSelection(row) {
    const { symbol } = row.info;
    row.showSelection(hashOf({ symbol, interval: this.#selection.interval }), symbol === this.#selection.symbol);
  }

  /**
   * What was in sight counts as such until the observer tells, soon, what of the new list is.
   *
   * @param {WatchRow[]} rows
   */
  #watchSight(rows) {
    const before = this.#inSight;
    this.#inSight = new Set(rows.map(({ info }) => info.symbol).filter((symbol) => before.has(symbol)));
    this.#sight.disconnect();
    for (const { node } of rows) this.#sight.observe(node);
    this.#serveSight();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #seen(entries) {
    for (const { target, isIntersecting } of entries) {
      const symbol = target.getAttribute("data-symbol") ?? "";
      if (isIntersecting) this.#inSight.add(symbol);
      else this.#inSight.delete(symbol);
    }
    this.#serveSight();
  }

  #serveSight() {
    this.#trends.see(this.#inSight);
    this.#subscribe();
  }

  #subscribe() {
    const listed = [...this.#body.children].map((row) => row.getAttribute("data-symbol") ?? "");
    const wanted = listed.length > MOST_SUBSCRIPTIONS ? listed.filter((symbol) => this.#inSight.has(symbol)) : listed;
    this.#channels.replace([OVERVIEW, ...wanted.slice(0, MOST_SUBSCRIPTIONS).map((symbol) => `price:${symbol}`)]);
  }

  /**
   * Take values for rows whose market's price nothing on the page has subscribed; and, while the overview still grows, the order.
   *
   * @param {import("@tidewire/client/protocol").Overview} overview
   */
  #overview(overview) {
    if (this.#turnover.hear(overview)) this.#list();
    const subscribed = new Set(this.#client.channels);
    for (const values of overview.symbols) {
      if (!subscribed.has(`price:${values.symbol}`)) this.#rows.get(values.symbol)?.update(values);
    }
  }

  /** Enter goes to the first that is found, the arrow to the list of them. @param {KeyboardEvent} event */
  #searchKey(event) {
    if (!["Enter", "ArrowDown", "Escape"].includes(event.key) || event.isComposing) return;
    event.preventDefault();
    const link = this.#body.querySelector("a");
    if (event.key === "ArrowDown") link?.focus();
    else if (event.key === "Escape" || link) {
      if (event.key === "Enter" && this.#search.value.trim()) link?.click();
      this.#search.value = "";
      this.#list();
    }
  }

  /** Above the first row is the search. @param {KeyboardEvent} event */
  #moveFocus(event) {
    const row = targetOf(event).closest("tr");
    const step = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key];
    if (!row || step === undefined) return;
    event.preventDefault();
    if (step) step.querySelector("a")?.focus();
    else if (event.key === "ArrowUp") this.search();
  }
}

/** Whoever isn't signed in is asked to be first. @param {import("../../shared/session/session.js").Session} session */
function mayChange(session) {
  if (session.user) return true;
  byId("account-open").click();
  return false;
}
