/** The form of a new strategy: made of the chosen kind's parameters, with the server's words at its fields. */
import { byId, partsOf } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { DEFAULT_INTERVAL, offeredIntervals } from "../../shared/market_data/intervals.js";
import { symbolGiven } from "../../shared/market_data/symbol_given.js";
import { freeText } from "../../shared/money.js";
import { element, setText } from "../../shared/painting.js";
import { refusalText } from "../../shared/refusal.js";
import { backtestAddress } from "../../shared/strategies/backtest_address.js";
import { ParameterFields } from "../../shared/strategies/parameter_fields.js";
import { offerAccounts } from "../../shared/trading/instances/account_choice.js";
import { CopiedBacktest } from "./copied_backtest.js";
import { DEFAULT_INVESTMENT, strategyGiven, valuesOfBacktest } from "./strategy_given.js";

/** @typedef {import("./strategy_given.js").FormValues} FormValues */
/** @typedef {import("../../../types/backtests.js").StrategyKind} StrategyKind */
/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */

const FIELDS = ["strategy", "symbol", "interval", "investment", "account"];
const DEFAULTS = { symbol: "BTCUSDT", interval: DEFAULT_INTERVAL, investment: String(DEFAULT_INVESTMENT) };

export class StrategyForm {
  #form = byId("strategy-form", "form");
  #parameters = new ParameterFields(byId("parameters"));
  #copied = new CopiedBacktest();
  #told;
  /** @type {StrategyKind[]} */
  #kinds = [];
  /** @type {Map<string, SymbolInfo>} */
  #symbols = new Map();

  /**
   * @param {object} told
   * @param {() => void} told.typed the reader has changed something
   * @param {(info: SymbolInfo | null, interval: string) => void} told.market the candles are others
   * @param {() => void} told.account another is chosen
   * @param {(given: Record<string, unknown>, title: string) => void} told.submit
   */
  constructor(told) {
    this.#told = told;
    byId("strategy-interval").append(...offeredIntervals().map((value) => element("option", { value }, value)));
    for (const [name, value] of Object.entries(DEFAULTS)) fieldOf(name).value = value;
    this.#listen();
  }

  /** @param {StrategyKind[]} kinds */
  offerKinds(kinds) {
    const chosen = fieldOf("strategy").value;
    this.#kinds = kinds;
    byId("strategy-strategy").replaceChildren(...kinds.map(({ name, title }) => element("option", { value: name }, title)));
    if (kinds.some(({ name }) => name === chosen)) fieldOf("strategy").value = chosen;
    this.#showParameters();
  }

  /** @param {SymbolInfo[]} symbols */
  offerSymbols(symbols) {
    this.#symbols = new Map(symbols.map((info) => [info.symbol, info]));
    byId("strategy-symbols").replaceChildren(...symbols.map(({ symbol: value }) => element("option", { value })));
    this.#marketChanged();
  }

  /** @param {import("../../../types/instances.js").Account[]} accounts the default one first; one alone is no choice */
  offerAccounts(accounts) {
    offerAccounts(byId("strategy-account", "select"), byId("strategy-account-field"), accounts);
  }

  /** @returns {string} its id; empty where none is to be chosen */
  get account() {
    return fieldOf("account").value;
  }

  /** @returns {SymbolInfo | null} of the pair, however it is written */
  get info() {
    return this.#symbols.get(this.#symbol) ?? null;
  }

  get interval() {
    return fieldOf("interval").value;
  }

  /** @param {Omit<FormValues, "account"> & {account?: string}} values of a former strategy */
  fill({ parameters, account, ...values }) {
    for (const [name, value] of Object.entries(values)) fieldOf(name).value = value;
    if (account && partsOf(this.#form, `#strategy-account option[value="${account}"]`).length) fieldOf("account").value = account;
    this.#copied.show(null);
    this.#showParameters(parameters);
    this.tell({});
    this.#marketChanged();
  }

  /** @param {import("../../../types/backtests.js").Backtest} backtest whose settings fill the form, and stand beside it */
  copy(backtest) {
    this.fill(valuesOfBacktest(backtest));
    this.#copied.show(backtest);
  }

  /** @param {number | null} free of the pair's quote asset; null: not known @param {string} quote */
  showFree(free, quote) {
    setText(byId("strategy-free"), free === null ? "" : freeText(free, quote));
  }

  /** @param {{message?: string, fields?: Record<string, string>}} problem nothing is wrong where it is empty */
  tell({ message = "", fields = {} }) {
    const others = showProblems(this.#form, fields);
    setText(byId("strategy-problem"), refusalText({ message, fields, others }));
    partsOf(this.#form, "[aria-invalid]")[0]?.focus();
  }

  get #symbol() {
    return symbolGiven(fieldOf("symbol").value, this.#symbols.keys());
  }

  /** @returns {FormValues} */
  get #values() {
    const values = Object.fromEntries(FIELDS.map((name) => [name, fieldOf(name).value]));
    return /** @type {FormValues} */ ({ ...values, symbol: this.#symbol, parameters: this.#parameters.values });
  }

  get #kind() {
    return this.#kinds.find(({ name }) => name === fieldOf("strategy").value);
  }

  #listen() {
    byId("strategy-strategy").addEventListener("change", () => {
      this.#copied.show(null); // another strategy is no copy
      this.#showParameters();
    });
    for (const name of ["symbol", "interval"]) fieldOf(name).addEventListener("change", () => this.#marketChanged());
    byId("strategy-account").addEventListener("change", () => this.#told.account());
    this.#form.addEventListener("input", () => {
      this.#told.typed();
      this.#link();
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.tell({});
      this.#told.submit({ ...strategyGiven(this.#values, this.#parameters.schema), ...this.#copied.given }, this.#kind?.title ?? "");
    });
  }

  /** @param {Record<string, string>} [values] by name, to begin with */
  #showParameters(values) {
    setText(byId("strategy-description"), this.#kind?.description ?? "");
    this.#parameters.show(this.#kind?.parameters ?? [], { isSweep: false, values });
    this.#link();
  }

  #marketChanged() {
    setText(byId("strategy-quote"), this.info?.quote ?? "");
    this.#link();
    this.#told.market(this.info, this.interval);
  }

  /** Lead to a backtest of what is typed. */
  #link() {
    const { strategy, symbol, interval, investment: capital, parameters } = this.#values;
    byId("strategy-backtest").setAttribute("href", backtestAddress({ strategy, symbol, interval, capital, parameters }));
  }
}

/** @param {string} name @returns {HTMLInputElement} or another control with a value */
function fieldOf(name) {
  return /** @type {HTMLInputElement} */ (byId(`strategy-${name}`));
}
