/** The form of a new grid, previewed while one types, with the server's words at its fields. */
import { byId, partOf, partsOf, targetOf } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { symbolGiven } from "../../shared/market_data/symbol_given.js";
import { freeText } from "../../shared/money.js";
import { element, setText } from "../../shared/painting.js";
import { isRefusal, refusalText } from "../../shared/refusal.js";
import { offerAccounts } from "../../shared/trading/instances/account_choice.js";
import { Turns } from "../../shared/turns.js";
import { boundsAround, gridGiven, missingOf } from "./grid_given.js";

/** @typedef {import("./grid_given.js").FormValues} FormValues */
/** @typedef {import("../../../types/market.js").Symbol} SymbolInfo */
/** @typedef {import("../../../types/grids.js").Preview} Preview */

const QUIET_MILLISECONDS = 300;
const NO_PRICE = "The market's price isn't known yet: try again in a moment.";
const FIELDS = ["pair", "account", "lower_price", "upper_price", "grid_count", "spacing", "size", "fee", "trigger_price", "stop_loss", "take_profit"];
const DEFAULTS = { pair: "BTCUSDT", grid_count: "10", spacing: "arithmetic", sizing: "investment", size: "1000", fee: "0.1" };

export class GridForm {
  #form = byId("grid-form", "form");
  #problem = byId("grid-problem");
  #requests;
  #told;
  #turns = new Turns();
  /** @type {number | undefined} */
  #timer;
  /** @type {Map<string, SymbolInfo>} */
  #symbols = new Map();

  /**
   * @param {import("../requests.js").GridRequests} requests
   * @param {object} told
   * @param {() => void} told.typed the reader has changed something
   * @param {(info: SymbolInfo | null) => void} told.pair
   * @param {() => void} told.account another is chosen
   * @param {(preview: Preview | null, given: Record<string, unknown>, missing: string[]) => void} told.preview
   * @param {(preview: Preview, given: Record<string, unknown>) => void} told.submit one that the server has just previewed
   * @param {() => number | undefined} told.price the market's newest, for bounds around it
   */
  constructor(requests, told) {
    this.#requests = requests;
    this.#told = told;
    this.#write(DEFAULTS);
    this.#form.addEventListener("input", (event) => this.#typed(targetOf(event)));
    byId("grid-ranges").addEventListener("click", (event) => this.#chooseRange(targetOf(event).dataset.percent));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** @param {SymbolInfo[]} symbols */
  offerSymbols(symbols) {
    this.#symbols = new Map(symbols.map((info) => [info.symbol, info]));
    byId("grid-pairs").replaceChildren(...symbols.map(({ symbol: value }) => element("option", { value })));
    this.#pairChanged();
  }

  /** @param {import("../../../types/instances.js").Account[]} accounts the default one first; one alone is no choice */
  offerAccounts(accounts) {
    offerAccounts(byId("grid-account", "select"), byId("grid-account-field"), accounts);
  }

  /** @returns {string} its id; empty where none is to be chosen */
  get account() {
    return fieldOf("account").value;
  }

  /** @returns {SymbolInfo | null} of the pair, however it is written */
  get info() {
    return this.#symbols.get(this.#pair) ?? null;
  }

  /** @returns {FormValues} */
  get values() {
    const sizing = partOf(this.#form, "[name=sizing]:checked", "input").value;
    return { ...Object.fromEntries(FIELDS.map((name) => [name, fieldOf(name).value])), pair: this.#pair, sizing };
  }

  get #pair() {
    return symbolGiven(fieldOf("pair").value, this.#symbols.keys());
  }

  /** @param {FormValues} values of a former grid */
  fill(values) {
    this.#write(values);
    this.#pairChanged();
    this.#told.account();
    this.preview();
  }

  /** @param {number | null} free of the pair's quote asset; null: not known @param {string} quote */
  showFree(free, quote) {
    setText(byId("grid-free"), free === null ? "" : freeText(free, quote));
  }

  /** Ask for the preview of what is typed now. */
  async preview() {
    clearTimeout(this.#timer);
    const isMeant = this.#turns.begin();
    const [given, missing] = [gridGiven(this.values), missingOf(this.values)];
    if (missing.length) {
      this.tell({});
      this.#told.preview(null, given, missing);
      return;
    }
    const preview = await this.#ask(given, isMeant);
    if (isMeant()) this.#told.preview(preview, given, []);
  }

  /** @param {{message?: string, fields?: Record<string, string>}} problem nothing is wrong where it is empty */
  tell({ message = "", fields = {} }) {
    const others = showProblems(this.#form, fields);
    setText(this.#problem, refusalText({ message, fields, others }));
    if (Object.keys(fields).some((name) => ["trigger_price", "stop_loss", "take_profit", "fee_rate"].includes(name))) {
      byId("grid-more", "details").open = true;
    }
  }

  /** @param {import("../../../types/grids.js").GridWarning[]} warnings */
  showWarnings(warnings) {
    for (const place of partsOf(this.#form, "[data-warns]")) {
      const own = warnings.filter(({ field }) => field === place.dataset.warns);
      setText(place, own.map(({ message }) => `${message}.`).join(" "));
    }
  }

  /** @param {HTMLElement} control */
  #typed(control) {
    this.#told.typed();
    if (control.id === "grid-pair") this.#pairChanged();
    if (control.id === "grid-account") this.#told.account();
    this.#nameSize();
    clearTimeout(this.#timer);
    this.#turns.begin(); // what is under way is of what was typed before
    this.#timer = setTimeout(() => this.preview(), QUIET_MILLISECONDS);
  }

  /** @param {string | undefined} percent */
  async #chooseRange(percent) {
    if (!percent) return;
    this.#told.typed(); // from now on the chart is of the form's market, of which it knows the price
    const price = this.#told.price();
    if (price) this.#write(boundsAround(price, Number(percent), this.info?.tickSize));
    const previewed = this.preview();
    const isMeant = this.#turns.current();
    await previewed; // which tells its own refusal in the same place
    if (!price && isMeant() && !this.#problem.textContent) setText(this.#problem, NO_PRICE);
  }

  #pairChanged() {
    const { info } = this;
    this.#nameSize();
    this.#told.pair(info);
  }

  #nameSize() {
    const { base = "", quote = "" } = this.info ?? {};
    const asset = this.values.sizing === "investment" ? quote : base;
    fieldOf("size").dataset.path = this.values.sizing;
    byId("grid-size-warning").dataset.warns = this.values.sizing;
    setText(byId("grid-size-asset"), asset);
  }

  /** @param {FormValues} values */
  #write({ sizing, ...values }) {
    const { account, ...others } = values;
    if (partsOf(this.#form, `#grid-account option[value="${account}"]`).length) fieldOf("account").value = account;
    for (const [name, value] of Object.entries(others)) fieldOf(name).value = value;
    if (sizing) partOf(this.#form, `[name=sizing][value=${sizing}]`, "input").checked = true;
    this.#nameSize();
  }

  /**
   * @param {Record<string, unknown>} given
   * @param {() => boolean} isMeant
   * @returns {Promise<Preview | null>} null: it was refused, which is told, or is meant for nobody any more
   */
  async #ask(given, isMeant) {
    try {
      const preview = await this.#requests.preview(given);
      if (isMeant()) this.tell({});
      return preview;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isMeant()) this.tell(error);
      return null;
    }
  }

  async #submit() {
    clearTimeout(this.#timer);
    const isMeant = this.#turns.begin();
    const given = gridGiven(this.values);
    const preview = await this.#ask(given, isMeant);
    if (!isMeant()) return;
    this.#told.preview(preview, given, missingOf(this.values));
    if (preview) this.#told.submit(preview, given);
    else partsOf(this.#form, "[aria-invalid]")[0]?.focus();
  }
}

/** @param {string} name @returns {HTMLInputElement} or another control with a value */
function fieldOf(name) {
  return /** @type {HTMLInputElement} */ (byId(`grid-${name.replaceAll("_", "-")}`));
}
