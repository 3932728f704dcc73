/**
 * One's open orders and one's position of the market on its chart. An order's line is dragged to another price; dragging
 * that of the position fills the ticket with an order that closes it. Orders of grids are the grids' own: they stay.
 */
import { ExactDecimal } from "../../shared/exact_decimal.js";
import { byId, parentOf } from "../../shared/elements.js";
import { setText } from "../../shared/painting.js";
import { targetStep } from "../../shared/touch_targets.js";
import { LevelDrag, keyNear } from "../chart/level_drag.js";
import { nearestPrice } from "../market_data/prices.js";
import { markedToMarket } from "../trading/mark_to_market.js";
import { LegendEnd } from "./legend_end.js";
import { MOST_GRID_LINES, WORDS_APART, countsText, linePrice, ordersOf, placesOfWords } from "./line_choice.js";
import { LineHandle } from "./line_handle.js";
import { POSITION, levelOf, levelOfGrid, lineOfPosition } from "./line_levels.js";
import { closingText, lineText, priceText } from "./order_line_text.js";
import { OrderMoves } from "./order_moves.js";

/** With Shift a key moves a line by so much, whatever the scale; else by the market's own step. */
const SHIFT_PIXELS = 4;

/**
 * @typedef {import("../../../types/trading.js").Order} Order
 * @typedef {import("../../../types/trading.js").Position} Position
 * @typedef {import("../../../types/market.js").Symbol} SymbolInfo
 * @typedef {import("./line_levels.js").Line} Line
 */

export class OrderLines {
  #trading;
  #ticket;
  #price;
  #moves;
  #area = byId("order-lines");
  #note = byId("order-counts");
  /** @type {import("../../shared/chart/chart_levels.js").ChartLevels | undefined} */
  #levels;
  /** @type {LevelDrag | undefined} */
  #drag;
  /** @type {SymbolInfo | undefined} */
  #info;
  /** @type {{symbol: string, price?: number}} what the page tells of the market on the chart */
  #market = { symbol: "" };
  /** @type {Map<string, {line: Line, handle: LineHandle}>} what is near to the price first */
  #shown = new Map();
  /** @type {Map<string, number>} where the words stand of those that have some, px below the chart's upper edge */
  #words = new Map();
  /** @type {LegendEnd | undefined} */
  #legend;
  #ofGrids = 0;
  /** @type {{key: string, price: string} | null} the line that is elsewhere, until the reader has said what is to be done */
  #held = null;

  /**
   * @param {import("../../shared/trading/own_trading.js").OwnTrading} trading
   * @param {import("../../shared/trading/trading_requests.js").TradingRequests} requests
   * @param {object} page
   * @param {(order: {side: "sell", type: "limit" | "stop", price: string, quantity: string}) => void} page.fill the ticket
   * @param {() => number | undefined} page.price of now
   * @param {() => string} page.user the id of who is signed in; empty: nobody
   */
  constructor(trading, requests, { fill, price, user }) {
    this.#trading = trading;
    this.#ticket = fill;
    this.#price = price;
    this.#moves = new OrderMoves(requests, { changed: () => this.#movesChanged(), user });
    trading.on(() => this.#news());
  }

  /** @param {import("../../shared/chart/chart_levels.js").ChartLevels} levels of the chart, which comes later than the page */
  drawOn(levels) {
    this.#levels = levels;
    const places = () => [...this.#words.keys()].map((key) => ({ key, y: this.#yOf(key) })); // else many lines left no place to scroll
    this.#drag = new LevelDrag(parentOf(this.#area), byId("chart-canvas"), {
      kind: "order",
      keyAt: (y) => (this.#moves.isBusy ? null : keyNear(places(), y)),
      belowLine: (key) => (this.#words.get(key) ?? NaN) - Number(this.#yOf(key)) || 0,
      move: (key, y) => this.#moveTo(key, levels.priceAt(y)),
      drop: (key) => this.#drop(key),
      cancel: (key) => this.#putBack(key),
      click: () => undefined,
    });
    levels.onRedraw(() => this.#place());
    this.#legend = new LegendEnd(() => this.#place());
    this.render();
  }

  /** @param {SymbolInfo} info of the market that the chart shows */
  show(info) {
    this.#info = info;
    this.#held = null;
    if (!this.#moves.isBusy) this.#moves.withdraw();
    this.render();
  }

  /** Let the position tell its gain at the price that all of the page tells. @param {import("../market_data/market_state.js").MarketState} state */
  paint({ symbol, price }) {
    if (this.#market.symbol === symbol && this.#market.price === price) return;
    this.#market = { symbol, price };
    const shown = this.#shown.get(POSITION);
    const position = this.#position(symbol);
    if (!shown || !position || this.#info?.symbol !== symbol) return;
    const line = lineOfPosition(position, this.#info);
    if (line.name === shown.line.name) return;
    shown.line = line;
    shown.handle.show({ ...line, ...this.#labels(line, this.#info) });
  }

  /** Somebody else is here, or nobody any more: whoever comes sees nothing of who was here before. */
  enter() {
    this.#moves.enter();
    this.#movesChanged();
  }

  render() {
    if (!this.#levels || !this.#info) return;
    const { lines, grids } = this.#linesNow(this.#info);
    const known = this.#shown;
    this.#shown = new Map(lines.map((line) => [line.key, { line, handle: known.get(line.key)?.handle ?? this.#newHandle(line.key) }]));
    const gone = [...known].filter(([key]) => !this.#shown.has(key)).map(([, { handle }]) => handle.node);
    const hadFocus = gone.some((node) => node.contains(document.activeElement));
    for (const node of gone) node.remove();
    this.#ofGrids = grids.length;
    this.#draw(this.#info, grids.slice(0, MOST_GRID_LINES));
    if (hadFocus) this.#takeFocus();
  }

  /** The line that had it is gone: its order is at another price now, or something is to be said about it. */
  #takeFocus() {
    const grip = this.#shown.get(this.#moves.shown?.placed?.id ?? "")?.handle.grip;
    if (grip?.checkVisibility()) grip.focus();
    else this.#moves.focus();
  }

  /** A line whose move isn't asked for any more is where its order is. */
  #movesChanged() {
    if (!this.#drag?.isHeld && this.#moves.shown?.state !== "asked") this.#held = null;
    this.render();
  }

  #news() {
    this.#moves.follow(this.#trading.openOrders, this.#trading.endedOrders);
    this.render();
  }

  /** @returns {ReadonlyMap<string, Order>} those that rest, by id */
  get #orders() {
    return this.#moves.resting(this.#trading.openOrders);
  }

  /** @param {SymbolInfo} info @returns {{lines: Line[], grids: Order[]}} */
  #linesNow(info) {
    const { byHand, ofGrids } = ordersOf(this.#orders.values(), info.symbol, this.#price());
    const position = this.#position(info.symbol);
    const lines = byHand.map((order) => this.#lineOf(order));
    const moving = this.#lineOfMove(info, byHand);
    return { lines: [...(position?.quantity ? [lineOfPosition(position, info)] : []), ...(moving ? [moving] : []), ...lines], grids: ofGrids };
  }

  /** @param {string} symbol @returns {Position | undefined} with its gain at the price that the page tells */
  #position(symbol) {
    const position = this.#trading.positions.get(symbol);
    return position && markedToMarket(position, this.#market);
  }

  /** @param {Order} order @returns {Line} */
  #lineOf(order) {
    const { shown } = this.#moves;
    const moving = shown?.isUnderWay && shown.order.id === order.id ? shown.state : "";
    const state = moving || (this.#moves.isCancelling(order.id) ? "cancelling" : "");
    const cancel = state ? "" : `Cancel ${lineText(order)}`;
    return { key: order.id, price: Number(linePrice(order)), look: order.side, name: lineText(order, state), state, cancel };
  }

  /** @param {SymbolInfo} info @param {Order[]} resting @returns {Line | null} the order that is being moved, where it isn't among those that rest */
  #lineOfMove({ symbol }, resting) {
    const { shown } = this.#moves;
    if (!shown?.isUnderWay || shown.order.symbol !== symbol || resting.some(({ id }) => id === shown.order.id)) return null;
    return { ...this.#lineOf(shown.order), price: Number(shown.target) };
  }

  /** @param {SymbolInfo} info @param {Order[]} grids orders of grids that are drawn */
  #draw(info, grids) {
    const own = [...this.#shown.values()].map(({ line }, index) => levelOf({ ...line, price: this.#priceOf(line.key) }, index));
    this.#levels?.show([...own, ...grids.map(levelOfGrid)]);
    for (const { line, handle } of this.#shown.values()) handle.show({ ...line, ...this.#labels(line, info) });
    this.#place();
  }

  /** @param {Line} line @param {SymbolInfo} info */
  #labels({ key, name }, info) {
    const price = this.#priceOf(key);
    const text = priceText(price, info);
    const position = this.#trading.positions.get(info.symbol);
    const isClosing = key === POSITION && this.#held?.key === key && position;
    const shownName = isClosing ? closingText({ ...position, quantity: this.#closable(position, info.base) }, price, price >= Number(this.#price() ?? position.averagePrice), info) : name;
    const title = key === POSITION ? `${name}: drag to close it at a price` : `${name} at ${text}: drag to move`;
    return { name: shownName, label: `${name} at ${text}`, title, price, text };
  }

  #place() {
    const places = [...this.#shown.keys()].map((key) => ({ key, y: this.#yOf(key) }));
    const held = places.filter(({ key }) => key === this.#held?.key);
    const chart = { legend: this.#legend?.y ?? 0, height: this.#levels?.height ?? 0, apart: targetStep(WORDS_APART) };
    this.#words = placesOfWords([...held, ...places.filter((place) => !held.includes(place))], chart);
    places.forEach(({ key, y }) => this.#shown.get(key)?.handle.place(y, this.#words.get(key)));
    const hidden = places.filter(({ key, y }) => y === null && key !== POSITION).map(({ key }) => this.#priceOf(key));
    const above = hidden.filter((price) => price > Number(this.#price())).length;
    setText(this.#note, countsText({ above, below: hidden.length - above, ofGrids: this.#ofGrids }));
  }

  /** @param {string} key */
  #newHandle(key) {
    const handle = new LineHandle({
      step: (move) => this.#step(key, move),
      edit: () => this.#agree(key),
      cancel: () => this.#putBack(key),
      remove: () => this.#remove(key),
    });
    this.#drag?.watch(handle.grip, key);
    this.#area.append(handle.node);
    return handle;
  }

  /** @param {string} key */
  #priceOf(key) {
    if (this.#held?.key === key) return Number(this.#held.price);
    const { shown } = this.#moves;
    if (shown?.order.id === key && shown.isUnderWay) return Number(shown.target);
    return this.#shown.get(key)?.line.price ?? NaN;
  }

  /** @param {string} key */
  #yOf(key) {
    return this.#levels?.yOf(this.#priceOf(key)) ?? null;
  }

  /** @param {string} key @param {number | null} price */
  #moveTo(key, price) {
    if (price === null || !this.#info || !this.#shown.has(key) || this.#moves.isBusy || this.#shown.get(key)?.line.state) return;
    if (this.#held && this.#held.key !== key) this.#moves.withdraw();
    this.#held = { key, price: nearestPrice(price, this.#info.tickSize) };
    this.render();
  }

  /** Not out of sight: the focus would be lost. @param {string} key @param {{steps: number, hasShift: boolean}} move */
  #step(key, { steps, hasShift }) {
    const y = this.#yOf(key);
    if (!this.#levels || !this.#info || y === null) return;
    const price = hasShift ? this.#levels.priceAt(y - steps * SHIFT_PIXELS) : this.#priceOf(key) + steps * this.#info.tickSize;
    if (price === null || this.#levels.yOf(price) === null) return;
    this.#moveTo(key, price);
    this.#ask(key, { takesFocus: false });
  }

  /** @param {string} key */
  #drop(key) {
    if (key === POSITION) this.#agree(key);
    else this.#ask(key, { takesFocus: true });
  }

  /** @param {string} key of an order @param {{takesFocus: boolean}} options */
  #ask(key, { takesFocus }) {
    const order = this.#orders.get(key);
    if (!order || !this.#info || this.#held?.key !== key) return;
    this.#moves.ask({ order, to: String(ExactDecimal.of(this.#held.price)), info: this.#info }, { market: this.#price(), takesFocus });
  }

  /** @param {string} key */
  #agree(key) {
    if (this.#held?.key !== key) return;
    if (key === POSITION) this.#close();
    else this.#moves.confirm(key);
  }

  /** Put an order into the ticket that closes the position: of what the chosen account has free of it. */
  #close() {
    const { symbol, base } = /** @type {SymbolInfo} */ (this.#info);
    const position = this.#trading.positions.get(symbol);
    const price = this.#held?.price ?? "";
    this.#held = null;
    this.render();
    if (!position) return;
    const type = Number(price) >= Number(this.#price() ?? position.averagePrice) ? "limit" : "stop";
    this.#ticket({ side: "sell", type, price, quantity: String(ExactDecimal.of(this.#closable(position, base))) });
  }

  /** @param {Position} position over all accounts and grids @param {string} base @returns {number} what of it the chosen account can sell */
  #closable({ quantity }, base) {
    const free = this.#trading.balances.get(base)?.free ?? 0;
    return free > 0 && free < quantity ? free : quantity;
  }

  /** @param {string} key */
  #remove(key) {
    const order = this.#orders.get(key);
    if (order) this.#moves.cancel(order);
  }

  /** @param {string} key */
  #putBack(key) {
    if (this.#held?.key !== key) return;
    this.#held = null;
    this.#moves.withdraw();
    this.render();
  }
}
