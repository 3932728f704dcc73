/** The dock's list of alerts: which are on, how far away, what they do, with all that can be done to them. */
import { byId, partOf } from "../../shared/elements.js";
import { formatQuantity } from "../../shared/format.js";
import { setText } from "../../shared/painting.js";
import { isRefusal } from "../../shared/refusal.js";
import { SurePress } from "../../shared/presses/sure_press.js";
import { Turns } from "../../shared/turns.js";
import { ChannelSet } from "../../shared/channels/channel_set.js";
import { inCommonFrame } from "../common_frames.js";
import { isInSight } from "../dock/dock.js";
import { onMarketData } from "../../shared/market_data/market_data.js";
import { HeardPrices } from "../market_data/heard_prices.js";
import { selectionOf } from "../selection.js";
import { isOnPriceScale } from "./alert_catalogue.js";
import { AlertRow } from "./alert_row.js";
import { inOrder, isDone } from "./alert_rule.js";
import { testText } from "./alert_text.js";
import { SnoozeMenu } from "./snooze_menu.js";
import { untilText } from "./snooze_times.js";

/** Markets whose price is followed for the list; the watch list and the chart need most of what a connection may have. */
const MOST_MARKETS = 3;
const REFRESH_MILLISECONDS = 15_000;

/** @typedef {import("../../../types/alerts.js").Rule} Rule */

export class AlertList {
  #panel = byId("dock-alerts");
  #list = byId("alert-list");
  #note = byId("alert-list-note");
  #count = byId("alert-count");
  #said = byId("alert-list-said");
  #clear = byId("alert-clear");
  #rules;
  #actions;
  #channels;
  /** @type {Map<number, AlertRow>} */
  #rows = new Map();
  #prices = new HeardPrices();
  #problem = "";
  /** Somebody else has come. */
  #users = new Turns();
  /** @type {{symbol: string, price: number} | undefined} of the market that the page shows, as its headline tells it */
  #followed;
  #settle = inCommonFrame({ prepare: () => this.#prices.settle() });
  #paint = inCommonFrame({ paint: () => this.#tellPrices() });
  #menu = new SnoozeMenu((rule, until) => this.#snooze(rule, until));

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {import("./alert_rules.js").AlertRules} rules
   * @param {{edit: (rule: Rule) => void, isSignedIn: () => boolean, tickSizeOf: (symbol: string) => number | string | undefined, priced: () => void}} actions
   */
  constructor(client, rules, actions) {
    this.#rules = rules;
    this.#actions = actions;
    this.#channels = new ChannelSet(client);
    for (const type of /** @type {const} */ (["price", "ticker"])) onMarketData(client, type, (data) => this.#priced(data));
    new SurePress(this.#clear, "Clear finished", () => this.#clearFinished()).name("alerts");
    byId("alert-scope").addEventListener("change", () => this.render());
    setInterval(() => this.#refresh(), REFRESH_MILLISECONDS);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && actions.isSignedIn()) rules.refresh(); // the chart shows them, too
    });
  }

  /** @param {string} symbol @returns {{price: number, isOld: boolean} | undefined} as far as one has come */
  priceOf(symbol) {
    return this.#prices.of(symbol);
  }

  /** @param {string} symbol of the market that the page shows @param {number} [price] which all of the page tells */
  follow(symbol, price) {
    if (symbol === this.#followed?.symbol && price === this.#followed.price) return;
    if (symbol !== this.#followed?.symbol) this.#paint(); // what was heard of the one before isn't settled yet
    this.#followed = price === undefined ? undefined : { symbol, price };
    if (this.#isAbout(symbol)) this.#tellPrices();
  }

  /** @param {string} text why there is no list; empty: nothing is wrong */
  tell(text) {
    this.#problem = text;
    this.render();
  }

  /** Whoever comes isn't told what became of what somebody else has done. */
  forget() {
    this.#users.begin();
    this.#menu.close();
    setText(this.#said, "");
  }

  render() {
    const { symbol, interval } = selectionOf(location.hash);
    const rules = this.#chosen(symbol);
    setText(this.#count, this.#rules.all.length ? String(this.#rules.all.length) : "");
    this.#offerToClear(this.#rules.all.some(isDone));
    this.#tellNote(rules);
    this.#follow(rules);
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    for (const [id, { node }] of this.#rows) {
      if (rules.some((rule) => rule.id === id)) continue;
      this.#moveFocusFrom(node);
      node.remove();
      this.#rows.delete(id);
    }
    for (const [index, rule] of rules.entries()) this.#showRow(rule, index, interval);
    this.#keepFocusIn(focused);
  }

  /** @param {string} symbol */
  #chosen(symbol) {
    const { value } = partOf(document, "#alert-scope input:checked", "input");
    const all = inOrder(this.#rules.all, symbol);
    return value === "market" ? all.filter((rule) => rule.symbol === symbol) : all;
  }

  /** @param {Rule} rule @param {number} index @param {string} interval */
  #showRow(rule, index, interval) {
    const row = this.#rows.get(rule.id) ?? this.#newRow(rule);
    const price = this.#priceFor(rule);
    const tickSize = this.#actions.tickSizeOf(rule.symbol);
    row.show(rule, { price, tickSize, interval });
    if (this.#list.children[index] !== row.node) this.#list.insertBefore(row.node, this.#list.children[index] ?? null);
  }

  /** @param {Rule} rule */
  #priceFor(rule) {
    if (rule.symbol === this.#followed?.symbol) return this.#followed.price;
    return this.#prices.newest(rule.symbol, lastPriceOf(rule));
  }

  /** @param {Rule} rule */
  #newRow(rule) {
    const row = new AlertRow(rule, {
      turn: ({ id, name }, isOn) =>
        this.#act(() => this.#rules.turn(id, isOn), () => `${name} is ${isOn ? "on" : "off"}.`),
      edit: (rule) => this.#actions.edit(rule),
      offerSnooze: (rule, button) => this.#menu.offer(rule, button),
      resume: ({ id, name }) => this.#act(() => this.#rules.resume(id), () => `${name} is resumed.`),
      clone: ({ id }) => this.#act(() => this.#rules.clone(id), ({ name }) => `${name} is made, and switched off.`),
      test: ({ id, name }) => this.#act(() => this.#rules.test({ id }), (answer) => `${name}: ${testText(answer)}`),
      history: ({ id }, limit) => this.#rules.history(id, limit),
      remove: ({ id, name }) => this.#act(() => this.#rules.delete(id), () => `${name} is deleted.`),
    });
    this.#rows.set(rule.id, row);
    return row;
  }

  /** @param {boolean} isAnyDone */
  #offerToClear(isAnyDone) {
    if (!isAnyDone && document.activeElement === this.#clear) byId("alert-new").focus();
    this.#clear.hidden = !isAnyDone;
  }

  #clearFinished() {
    return this.#act(() => this.#rules.clearFinished(), (count) => `${formatQuantity(count, "finished alert")} cleared.`);
  }

  /** @param {Rule} rule @param {Date} until */
  #snooze({ id, name }, until) {
    const words = untilText(until.getTime(), new Date());
    return this.#act(() => this.#rules.snooze(id, until), () => `${name} is snoozed ${words}.`);
  }

  /**
   * @template Answer
   * @param {() => Promise<Answer>} act
   * @param {(answer: Answer) => string} done what to say of its answer
   */
  async #act(act, done) {
    const isHere = this.#users.current();
    const said = await outcome(act, done);
    if (isHere()) setText(this.#said, said);
  }

  /** The row that goes may have the focus: the list keeps it. @param {HTMLElement} node */
  #moveFocusFrom(node) {
    if (!node.contains(document.activeElement)) return;
    const next = node.nextElementSibling ?? node.previousElementSibling;
    (next?.querySelector("button") ?? byId("alert-new")).focus();
  }

  /** A row that has another place now loses the focus by being moved. @param {HTMLElement | null} focused before */
  #keepFocusIn(focused) {
    if (focused !== document.activeElement && this.#list.contains(focused)) focused?.focus({ preventScroll: true });
  }

  /** @param {Rule[]} rules */
  #tellNote(rules) {
    const text = this.#noteOf(rules);
    setText(this.#note, text);
    this.#note.hidden = !text;
  }

  /** @param {Rule[]} rules */
  #noteOf(rules) {
    if (!this.#actions.isSignedIn()) return "Sign in to be told when a price is reached.";
    if (this.#problem) return this.#problem;
    if (!this.#rules.isLoaded) return "Loading the alerts…";
    if (rules.length) return "";
    return "No alerts here yet. Point at a price in the chart and press the bell, or press New alert.";
  }

  /** Markets that the list is about are followed, so that the distances are live. @param {Rule[]} rules */
  #follow(rules) {
    const symbols = [...new Set(rules.map(({ symbol }) => symbol).filter(Boolean))].slice(0, MOST_MARKETS);
    this.#channels.replace(this.#actions.isSignedIn() ? symbols.map((symbol) => `price:${symbol}`) : []);
  }

  /** @param {{symbol: string, price: number}} data */
  #priced({ symbol, price }) {
    if (!Number.isFinite(price)) return;
    this.#prices.hear(symbol, price);
    this.#actions.priced();
    this.#settle();
    if (symbol !== this.#followed?.symbol && this.#isAbout(symbol)) this.#paint();
  }

  /** @param {string} symbol */
  #isAbout(symbol) {
    return this.#rules.all.some((rule) => rule.symbol === symbol);
  }

  #tellPrices() {
    if (isInSight(this.#panel)) this.render();
  }

  #refresh() {
    if (this.#actions.isSignedIn() && isInSight(this.#panel)) this.#rules.refresh();
  }
}

/**
 * @template Answer
 * @param {() => Promise<Answer>} act
 * @param {(answer: Answer) => string} done
 * @returns {Promise<string>} what to say of the answer, or of the refusal
 */
async function outcome(act, done) {
  try {
    return done(await act());
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return `${error.message}.`;
  }
}

/** @param {Rule} rule the price that its first condition has had last, as far as it is one */
function lastPriceOf(rule) {
  const isPrice = isOnPriceScale(rule) && rule.last_value !== null && rule.last_value !== undefined;
  return isPrice ? Number(rule.last_value) : NaN;
}
