/** Moving and cancelling one's orders from the chart: asks first, tells how far it is, and asks again where it fails midway. */
import { isAnswer, isRefusal } from "../../shared/refusal.js";
import { isOpen } from "../../shared/trading/own_orders.js";
import { amountText, moveText, questionOf } from "./order_line_text.js";
import { MoveNote } from "./move_note.js";
import { OrderMove } from "./order_move.js";

/** How long it stays said that an order has been moved. */
const DONE_MILLISECONDS = 6_000;

/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */

export class OrderMoves {
  #requests;
  #changed;
  #user;
  #note = new MoveNote();
  /** @type {OrderMove | null} the one that is asked for, under way, or was done last */
  #move = null;
  #isAllowed = false;
  /** @type {Set<string>} the ids of orders that are being cancelled */
  #cancelling = new Set();
  /** @type {Set<string>} the ids of those that were, and are told as open still */
  #cancelled = new Set();
  /** @type {Map<string, Order>} those that were placed anew, by id, until they are told of */
  #placed = new Map();
  /** Whose move it is. */
  #owner = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} when what was done last is said no longer */
  #done;

  /**
   * @param {import("../../shared/trading/trading_requests.js").TradingRequests} requests
   * @param {object} page
   * @param {() => void} page.changed what is drawn may be another
   * @param {() => string} page.user the id of who is signed in; empty: nobody
   */
  constructor(requests, { changed, user }) {
    this.#requests = requests;
    this.#changed = changed;
    this.#user = user;
  }

  /** Whether an order is on its way, or waits for what the reader says: no other is moved meanwhile. */
  get isBusy() {
    return Boolean(this.#move?.isUnderWay || this.#move?.isOpenEnded);
  }

  /** @returns {OrderMove | null} the one whose order stands elsewhere, or was placed there last */
  get shown() {
    return this.#move && (this.#move.state === "asked" || this.#move.isUnderWay || this.#move.state === "moved") ? this.#move : null;
  }

  /**
   * What the server has answered comes before what is told of it.
   *
   * @param {ReadonlyMap<string, Order>} open orders as they were told
   * @returns {ReadonlyMap<string, Order>} by id, as they are after what was done here
   */
  resting(open) {
    if (!this.#cancelled.size && !this.#placed.size) return open;
    return new Map([...this.#placed, ...open].filter(([id]) => !this.#cancelled.has(id)));
  }

  /** @param {string} id of an order */
  isCancelling(id) {
    return this.#cancelling.has(id);
  }

  /**
   * Ask whether an order is to be moved.
   *
   * @param {{order: Order, to: string, info: SymbolInfo}} what
   * @param {{market: number | undefined, takesFocus: boolean}} options `market`: the price of now
   */
  ask(what, { market, takesFocus }) {
    if (this.isBusy) return;
    const move = new OrderMove(this.#requests, what, () => move === this.#move && this.#tell(move));
    this.#move = move;
    this.#owner = this.#user();
    if (move.to === move.from) return this.withdraw();
    const { text, mayGo } = questionOf(move, market);
    this.#isAllowed = mayGo;
    const choice = mayGo ? { words: "Move", does: () => this.confirm(what.order.id) } : null;
    this.#note.show(text, { choice, leave: { words: mayGo ? "Leave it" : "Close", does: () => this.withdraw() }, isBad: !mayGo });
    if (takesFocus) this.#note.focus();
  }

  /** @param {string} id of the order for whose move was asked */
  confirm(id) {
    if (this.#isAllowed && this.#move?.state === "asked" && this.#move.order.id === id) this.#move.go();
  }

  /** Leave the order where it is. */
  withdraw() {
    if (this.#move?.isUnderWay) return;
    this.#move = null;
    this.#note.hide();
    this.#changed();
  }

  /** Put the focus on what is asked or said. */
  focus() {
    this.#note.focus();
  }

  /** @param {Order} order */
  async cancel(order) {
    if (this.#cancelling.has(order.id) || this.#move?.order.id === order.id && this.isBusy) return;
    if (this.#move?.order.id === order.id) this.withdraw();
    const user = this.#user();
    this.#cancelling.add(order.id);
    this.#changed();
    try {
      await this.#requests.cancelOrder(order.id);
      this.#cancelled.add(order.id);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const isForNobodyElse = [user, ""].includes(this.#user());
      const outcome = isAnswer(error) ? "was not" : "was perhaps";
      if (!this.isBusy && isForNobodyElse) this.#note.show(`${amountText(order)} ${outcome} cancelled: ${error.message}.`, { leave: this.#close, isBad: true });
    } finally {
      this.#cancelling.delete(order.id);
      this.#changed();
    }
  }

  /**
   * What was asked of an order that is gone is meant for none.
   *
   * @param {ReadonlyMap<string, Order>} open orders as they are told now
   * @param {ReadonlyMap<string, Order>} ended those that are told to rest no more
   */
  follow(open, ended) {
    for (const id of this.#placed.keys()) if (open.has(id) || ended.has(id)) this.#placed.delete(id);
    for (const id of this.#cancelled) if (!open.has(id) && !this.#placed.has(id)) this.#cancelled.delete(id);
    if (this.#move?.state === "asked" && !this.resting(open).has(this.#move.order.id)) this.withdraw();
  }

  /**
   * Follow who is signed in. Whoever comes knows nothing of who was here before; who has left is told how a move has
   * ended that was under way, and finds it there on coming back.
   */
  enter() {
    const user = this.#user();
    if (user && user === this.#owner) return;
    this.#cancelling.clear();
    this.#cancelled.clear();
    this.#placed.clear();
    if (!user && this.#move?.isUnderWay) return;
    clearTimeout(this.#done);
    this.#move?.abandon();
    this.#move = null;
    this.#note.hide();
  }

  get #close() {
    return { words: "Close", does: () => this.withdraw() };
  }

  /** @param {OrderMove} move */
  #tell(move) {
    if (move.isCancelled) this.#cancelled.add(move.order.id);
    if (move.placed && isOpen(move.placed)) this.#placed.set(move.placed.id, move.placed);
    const isBad = move.isOpenEnded || move.state === "kept" || move.state === "ended";
    this.#note.show(moveText(move), { choice: this.#remedy(move), leave: move.isUnderWay ? null : this.#close, isBad });
    if (move.state === "moved") this.#done = setTimeout(() => this.#settle(move), DONE_MILLISECONDS);
    this.#changed();
  }

  /** @param {OrderMove} move that is done: nobody is to wait for what isn't told of it */
  #settle(move) {
    this.#placed.delete(move.placed?.id ?? "");
    if (move === this.#move && !this.#note.hasFocus) this.withdraw();
    else this.#changed();
  }

  /** @param {OrderMove} move */
  #remedy(move) {
    if (move.state === "unplaced" && move.target === move.to) return { words: "Place it where it was", does: () => move.putBack() };
    if (move.state === "unplaced") return { words: "Try again", does: () => move.putBack() };
    return move.isOpenEnded ? { words: "Try again", does: () => move.go() } : null;
  }
}
