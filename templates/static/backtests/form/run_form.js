/** The form of a new backtest or sweep: made of the chosen strategy's parameters, with the server's words at its fields. */
import { byId, inputOf, partOf, partsOf, targetOf } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { offeredIntervals } from "../../shared/market_data/intervals.js";
import { symbolGiven } from "../../shared/market_data/symbol_given.js";
import { fieldText, momentTyped } from "../../shared/moments.js";
import { element, setText } from "../../shared/painting.js";
import { exclusivePress } from "../../shared/presses/exclusive_press.js";
import { isRefusal, refusalText } from "../../shared/refusal.js";
import { lastDays, storedRange, utcText } from "./data_range.js";
import { ParameterFields } from "../../shared/strategies/parameter_fields.js";
import { keepMoments } from "../../shared/time_zone/moment_fields.js";
import { runGiven, sweepGiven, sweptOf } from "./run_given.js";
import { StoredNote } from "./stored_note.js";
import { countText, runCount } from "../../shared/strategies/swept_values.js";

/** @typedef {import("./run_given.js").FormValues} FormValues */
/** @typedef {import("../../../types/backtests.js").StrategyKind} StrategyKind */

const FIELDS = ["strategy", "symbol", "interval", "start", "end", "capital", "fee", "slippage", "fills"];
const DEFAULTS = { symbol: "BTCUSDT", interval: "1m" };

export class RunForm {
  #form = byId("run-form", "form");
  #parameters = new ParameterFields(byId("parameters"));
  #button = byId("run-start-button", "button");
  #requests;
  #started;
  #stored;
  /** @type {StrategyKind[]} */
  #strategies = [];
  /** @type {Map<string, import("../../../types/market.js").Symbol>} */
  #symbols = new Map();

  /**
   * @param {import("../requests.js").BacktestRequests} requests
   * @param {(id: string) => void} started
   */
  constructor(requests, started) {
    this.#requests = requests;
    this.#started = started;
    this.#stored = new StoredNote(requests);
    byId("run-interval").append(...offeredIntervals().map((value) => element("option", { value }, value)));
    for (const [name, value] of Object.entries(DEFAULTS)) fieldOf(name).value = value;
    this.#listen();
    this.#chooseRange("1");
  }

  /** @param {StrategyKind[]} strategies */
  offerStrategies(strategies) {
    const chosen = fieldOf("strategy").value;
    this.#strategies = strategies;
    byId("run-strategy").replaceChildren(...strategies.map(({ name, title }) => element("option", { value: name }, title)));
    if (strategies.some(({ name }) => name === chosen)) fieldOf("strategy").value = chosen;
    this.#showParameters();
  }

  /** @param {import("../../../types/market.js").Symbol[]} symbols */
  offerSymbols(symbols) {
    this.#symbols = new Map(symbols.map((info) => [info.symbol, info]));
    byId("run-symbols").replaceChildren(...symbols.map(({ symbol: value }) => element("option", { value })));
    this.#marketChanged();
  }

  /** @param {Partial<FormValues>} values of a former run, or given by the address; what isn't among them stays */
  fill({ parameters, ...values }) {
    this.#choose("run");
    for (const [name, value] of Object.entries(values)) fieldOf(name).value = value;
    this.#showParameters(parameters);
    this.#marketChanged();
    this.#tell({});
  }

  /** A run has ended, which may have fetched candles. */
  renewStored() {
    this.#stored.forget();
    this.#marketChanged();
  }

  get #isSweep() {
    return partOf(byId("kind"), "[value=sweep]", "input").checked;
  }

  /** @returns {FormValues} */
  get #values() {
    const values = Object.fromEntries(FIELDS.map((name) => [name, fieldOf(name).value]));
    const symbol = symbolGiven(values.symbol, this.#symbols.keys());
    return /** @type {FormValues} */ ({ ...values, symbol, parameters: this.#parameters.values });
  }

  #listen() {
    byId("kind").addEventListener("change", () => this.#showParameters(this.#parameters.values));
    byId("run-strategy").addEventListener("change", () => this.#showParameters());
    for (const name of ["symbol", "interval", "start", "end"]) {
      fieldOf(name).addEventListener("change", () => this.#marketChanged());
    }
    keepMoments([fieldOf("start"), fieldOf("end")], (rewrite) => {
      rewrite();
      this.#marketChanged();
    });
    byId("quick-ranges").addEventListener("click", (event) => {
      const { days } = targetOf(event).dataset;
      if (days) this.#chooseRange(days);
    });
    byId("walk-forward-on").addEventListener("change", (event) => {
      byId("walk-forward-days").hidden = !inputOf(event).checked;
    });
    byId("parameters").addEventListener("input", () => this.#count());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      exclusivePress(this.#button, () => this.#send());
    });
  }

  /** @param {"run" | "sweep"} kind */
  #choose(kind) {
    partOf(byId("kind"), `[value=${kind}]`, "input").checked = true;
  }

  /** @param {Record<string, string>} [values] by name, to begin with */
  #showParameters(values) {
    const chosen = this.#strategies.find(({ name }) => name === fieldOf("strategy").value);
    setText(byId("run-strategy-description"), chosen?.description ?? "");
    this.#parameters.show(chosen?.parameters ?? [], { isSweep: this.#isSweep, values });
    byId("walk-forward-fields").hidden = !this.#isSweep;
    this.#count();
  }

  #count() {
    const swept = sweptOf(this.#values, this.#parameters.schema);
    setText(byId("sweep-count"), this.#isSweep ? countText(swept, Number(document.body.dataset.sweepRuns)) : "");
    const count = runCount(swept);
    setText(this.#button, this.#isSweep ? `Run the sweep${count > 1 ? ` of ${count}` : ""}` : "Run backtest");
  }

  /** @param {string} days or `stored` */
  #chooseRange(days) {
    const range = days === "stored" ? storedRange(this.#stored.data) : lastDays(Number(days), Date.now(), fieldOf("interval").value);
    if (!range) return;
    fieldOf("start").value = fieldText(range.start);
    fieldOf("end").value = fieldText(range.end);
    this.#marketChanged();
  }

  #marketChanged() {
    const { symbol, interval, start, end } = this.#values;
    const info = this.#symbols.get(symbol);
    setText(byId("run-quote"), info?.quote ?? "");
    const [from, until] = [start, end].map((typed) => Date.parse(momentTyped(typed)));
    setText(byId("run-utc"), utcText({ start: from, end: until }));
    if (info) this.#stored.show({ symbol, interval }, { start: from, end: until });
    else this.#stored.clear(); // not known (yet): its candles aren't asked for
  }

  async #send() {
    this.#tell({});
    try {
      const { backtest_id: id } = await this.#ask();
      this.#started(id);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#tell(error);
    }
  }

  #ask() {
    const [values, { schema }] = [this.#values, this.#parameters];
    if (!this.#isSweep) return this.#requests.run(runGiven(values, schema));
    const [train, test, step] = ["train", "test", "step"].map((name) => byId(`walk-${name}`, "input").value);
    const isWalking = byId("walk-forward-on", "input").checked;
    return this.#requests.sweep(sweepGiven(values, schema, isWalking ? { train, test, step } : null));
  }

  /** @param {{message?: string, fields?: Record<string, string>}} problem nothing is wrong where it is empty */
  #tell({ message = "", fields = {} }) {
    const others = showProblems(this.#form, atTheirFields(fields, this.#parameters.schema));
    setText(byId("run-problem"), refusalText({ message, fields, others }));
    partsOf(this.#form, "[aria-invalid]")[0]?.focus();
  }
}

/**
 * The server names a parameter of a sweep by `parameters.fast`, and that of a grid by `grid.lines`.
 *
 * @param {Record<string, string>} fields
 * @param {import("../../../types/backtests.js").ParameterSchema[]} schema
 */
function atTheirFields(fields, schema) {
  const names = new Set(schema.map(({ name }) => name));
  const placed = Object.entries(fields).map(([path, problem]) => {
    const name = path.split(".").find((part) => names.has(part));
    return [name ? `params.${name}` : path, problem];
  });
  return Object.fromEntries(placed);
}

/** @param {string} name @returns {HTMLInputElement} or another control with a value */
function fieldOf(name) {
  return /** @type {HTMLInputElement} */ (byId(`run-${name}`));
}
