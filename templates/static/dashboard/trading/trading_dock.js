/** The dock's tabs about what whoever is signed in owns and has open: positions, open orders, fills, balances. */
import { byId, inputOf, partOf } from "../../shared/elements.js";
import { element, setData, setText } from "../../shared/painting.js";
import { SteadyRows } from "../../shared/steady_rows.js";
import { isInSight } from "../dock/dock.js";
import { hashOf } from "../selection.js";
import { markedToMarket, portfolioMarkedToMarket } from "./mark_to_market.js";
import { TradingActions } from "./trading_actions.js";
import { balanceRow, fillRow, orderRow, positionRow } from "./trading_rows.js";
import { factsOf, noteOf, unitsNoteOf } from "./trading_text.js";

/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/trading.js").Position} Position */
/** @typedef {import("../../../types/market.js").Symbol} Symbol */
/** @typedef {keyof typeof import("./trading_text.js").TABS} Tab */

/**
 * @typedef {object} Panel
 * @property {Tab} tab
 * @property {SteadyRows<any>} rows
 * @property {() => any[]} items in their order
 * @property {boolean} isOfMarkets whether they can be narrowed to one
 */

export class TradingDock {
  #tools = byId("trading-tools");
  #facts = byId("trading-facts");
  #units = byId("trading-units");
  #said = byId("trading-said");
  #scope = byId("trading-market-only", "input");
  #account = byId("trading-account", "select");
  #cancelAll = byId("orders-cancel-all", "button");
  #trading;
  #infoOf;
  #actions;
  #panels;
  /** @type {import("../selection.js").Selection} what the page shows */
  #selection = { symbol: "", interval: "" };
  #userState = "";
  /** @type {{symbol: string, price?: number}} what the page tells of the chosen market */
  #market = { symbol: "" };

  /**
   * @param {import("../../shared/trading/own_trading.js").OwnTrading} trading
   * @param {import("../../shared/trading/trading_requests.js").TradingRequests} requests
   * @param {import("../../shared/confirm_dialog.js").ConfirmDialog} dialog
   * @param {(symbol: string) => Symbol | undefined} infoOf
   */
  constructor(trading, requests, dialog, infoOf) {
    this.#trading = trading;
    this.#infoOf = infoOf;
    this.#actions = new TradingActions(trading, requests, dialog, (words) => setText(this.#said, words));
    this.#panels = this.#newPanels();
    this.#cancelAll.addEventListener("click", () => this.#cancelAll.getAttribute("aria-disabled") || this.#actions.askToCancelAll(this.#narrowedTo));
    this.#scope.addEventListener("change", () => this.refresh());
    this.#account.addEventListener("change", (event) => trading.choose(inputOf(event).value));
    byId("trading-sign-in").addEventListener("click", () => byId("account-open").click());
    trading.on(() => this.refresh());
  }

  /** @param {import("../selection.js").Selection} selection what the page shows from now on, with its symbols known */
  select(selection) {
    this.#selection = selection;
    this.refresh({ all: true });
  }

  /** Paint what has changed, as far as it is in sight. @param {{all?: boolean}} [options] `all`: every row anew */
  refresh({ all = false } = {}) {
    this.#enter();
    setText(byId("position-count"), countText(this.#trading.positions.size));
    setText(byId("order-count"), countText(this.#trading.openOrders.size));
    this.#showAccounts();
    this.#actions.follow(this.#market);
    for (const panel of this.#panels) if (all || isInSight(byId(`dock-${panel.tab}`))) this.#paint(panel, all);
  }

  /** Let the chosen market's position tell the price that all of the page tells. @param {import("../market_data/market_state.js").MarketState} state */
  paint({ symbol, price }) {
    const before = this.#market;
    if (before.symbol === symbol && before.price === price) return;
    this.#market = { symbol, price };
    this.#actions.follow(this.#market);
    const { positions } = this.#trading;
    if (![before.symbol, symbol].some((each) => positions.has(each))) return;
    const [panel] = this.#panels;
    if (isInSight(byId("dock-positions"))) this.#paint(panel, false);
    else if (isInSight(byId("dock-balances"))) this.#showTools("balances");
  }

  /** @returns {Panel[]} */
  #newPanels() {
    const markets = { infoOf: this.#infoOf, addressOf: (/** @type {string} */ symbol) => hashOf({ ...this.#selection, symbol }) };
    const close = (/** @type {Position} */ position) => this.#close(position);
    const positions = new SteadyRows(byId("position-rows"), ({ symbol }) => symbol, () => positionRow(markets, close));
    const cancel = (/** @type {Order} */ order, /** @type {HTMLElement} */ button) => this.#actions.cancel(order, button);
    const endedOf = (/** @type {string} */ id) => this.#trading.endedOrders.get(id);
    const orders = new SteadyRows(byId("order-rows"), ({ id }) => id, () => orderRow(markets, cancel, endedOf));
    const fills = new SteadyRows(byId("fill-rows"), ({ order }) => order, () => fillRow(markets));
    const balances = new SteadyRows(byId("balance-rows"), ({ asset }) => asset, balanceRow);
    const trading = this.#trading;
    return [
      { tab: "positions", rows: positions, items: () => this.#positions, isOfMarkets: true },
      { tab: "orders", rows: orders, items: () => [...trading.openOrders.values()].reverse(), isOfMarkets: true },
      { tab: "fills", rows: fills, items: () => trading.fills, isOfMarkets: true },
      { tab: "balances", rows: balances, items: () => [...trading.balances.values()], isOfMarkets: false },
    ];
  }

  /** @returns {Position[]} */
  get #positions() {
    return [...this.#trading.positions.values()].map((position) => markedToMarket(position, this.#market));
  }

  /** The market to which the rows are narrowed; empty: they are of all. */
  get #narrowedTo() {
    return this.#scope.checked ? this.#selection.symbol : "";
  }

  /** Whoever comes isn't told what became of what somebody else has done. */
  #enter() {
    const { state } = this.#trading;
    if (state === this.#userState) return;
    if (state === "signed_out" || state === "loading") {
      setText(this.#said, "");
      for (const { rows } of this.#panels) rows.clear();
    }
    this.#userState = state;
    setData(byId("dock"), "trading", state);
  }

  /** @param {Panel} panel @param {boolean} all */
  #paint({ tab, rows, items, isOfMarkets }, all) {
    const found = items();
    const market = isOfMarkets ? this.#narrowedTo : "";
    const shown = market ? found.filter(({ symbol }) => symbol === market) : found;
    rows.show(shown, { all });
    const { state, problem } = this.#trading;
    const note = noteOf(tab, { state, problem, shown: shown.length, all: found.length, symbol: market });
    setText(byId(`${tab}-note`), note);
    byId(`${tab}-note`).hidden = !note;
    partOf(byId(`dock-${tab}`), "table").hidden = !shown.length;
    if (isInSight(byId(`dock-${tab}`))) this.#showTools(tab);
  }

  /** @param {Tab} tab that is in sight */
  #showTools(tab) {
    setData(this.#tools, "tab", tab);
    const { portfolio } = this.#trading;
    const told = tab === "positions" || tab === "balances" ? portfolio : null;
    this.#showFacts(told ? factsOf(portfolioMarkedToMarket(told, this.#market)) : []);
    setText(this.#units, unitsNoteOf(told));
    setText(this.#cancelAll, this.#narrowedTo ? `Cancel all on ${this.#narrowedTo}…` : "Cancel all…");
    if (this.#actions.hasToCancel(this.#narrowedTo)) this.#cancelAll.removeAttribute("aria-disabled");
    else this.#cancelAll.setAttribute("aria-disabled", "true");
  }

  /** @param {{name: string, value: string, direction: string}[]} facts which are always the same, or none */
  #showFacts(facts) {
    if (this.#facts.children.length !== facts.length) this.#facts.replaceChildren(...facts.map(({ name }) => element("span", {}, `${name} `, element("b"))));
    facts.forEach(({ value, direction }, index) => {
      const figure = partOf(this.#facts.children[index], "b");
      setText(figure, value);
      setData(figure, "direction", direction);
    });
  }

  #showAccounts() {
    const { accounts, account } = this.#trading;
    partOf(this.#tools, ".trading-account").hidden = accounts.length < 2;
    const names = accounts.map((each) => `${each.account} ${each.name}`).join("\n");
    if (this.#account.dataset.names !== names) {
      this.#account.dataset.names = names;
      this.#account.replaceChildren(...accounts.map((each) => element("option", { value: each.account }, each.name || each.account)));
    }
    if (this.#account.value !== account) this.#account.value = account;
  }

  /** @param {Position} position */
  #close(position) {
    const info = this.#infoOf(position.symbol);
    if (info) this.#actions.askToClose(position, info);
  }
}

/** @param {number} count */
function countText(count) {
  return count ? String(count) : "";
}
