/** The dialog in which an alert is made, changed and tried out. */
import { repeatableRefusal } from "../../shared/connection/repeatable_command.js";
import { byId } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { element, setText } from "../../shared/painting.js";
import { letPress, exclusivePress } from "../../shared/presses/exclusive_press.js";
import { isRefusal, refusalText } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";
import { UnsavedChanges, leaveBy } from "../../shared/unsaved_changes.js";
import { MOST_CONDITIONS, isTestable, needsMarket } from "./alert_catalogue.js";
import { beginFields, isWhole, readFields, writeFields } from "./alert_fields.js";
import { NEW_CONDITION, NEW_RULE, conditionGiven, ruleGiven, valuesOfRule } from "./alert_form_values.js";
import { isNamedByItself, nameOf, signalText, testText } from "./alert_text.js";
import { ConditionEditor } from "./condition_editor.js";
import { OfferedChoices } from "./offered_choices.js";

const SYMBOLS_OFFERED = 500;

/** @typedef {import("./alert_form_values.js").RuleValues} RuleValues */

export class AlertDialog {
  #dialog = byId("alert-dialog", "dialog");
  #form = byId("alert-form", "form");
  #rules;
  #market;
  #changes;
  /** The market whose price is told. */
  #priced = "";
  /** @type {ConditionEditor[]} */
  #editors = [];
  /** @type {import("../../../types/alerts.js").Rule | undefined} that is changed, as it was when the dialog was opened */
  #edited;
  /** Whether the name is still the one that the dialog made. */
  #isNamedHere = true;
  /** @type {(rule: import("../../../types/alerts.js").Rule) => void} */
  #made = () => undefined;
  /** Opened anew, it shows another rule, perhaps another user's: nothing that was asked before is meant for it. */
  #openings = new Turns();
  /** What was tried out says nothing of other values. */
  #tests = new Turns();
  #offered;
  /** @type {string[]} those that trade */
  #symbols = [];

  /**
   * @param {import("./alert_rules.js").AlertRules} rules
   * @param {{tickSizeOf: (symbol: string) => number | string | undefined, priceText: (symbol: string) => string}} market
   * @param {Pick<import("../../shared/confirm_dialog.js").ConfirmDialog, "ask">} confirm
   */
  constructor(rules, market, confirm) {
    this.#rules = rules;
    this.#market = market;
    this.#changes = new UnsavedChanges(() => this.#read(), confirm);
    const offer = (/** @type {import("./offered_choices.js").Offered} */ offered) => this.#changes.pass(() => this.#offer(offered));
    this.#offered = new OfferedChoices(rules, offer, (refusal) => this.#tell(refusal));
    beginFields((act) => this.#changes.pass(act));
    this.#listen();
  }

  /** @param {string[]} symbols that the field for the market offers */
  offer(symbols) {
    this.#symbols = symbols;
    const options = symbols.slice(0, SYMBOLS_OFFERED).map((value) => element("option", { value }));
    byId("alert-symbols").replaceChildren(...options);
  }

  /** @param {string} symbol @param {import("./alert_form_values.js").Begun} [begun] */
  create(symbol, { price = "", line = null, made = () => undefined } = {}) {
    this.#open({ ...NEW_RULE, symbol, conditions: [{ ...NEW_CONDITION, threshold: price, line }] }, undefined);
    this.#made = made;
    this.#editors[0].focus("threshold");
  }

  /** @param {import("../../../types/alerts.js").Rule} rule */
  edit(rule) {
    this.#open(valuesOfRule(rule), rule);
    this.#isNamedHere = isNamedByItself(rule, this.#market.tickSizeOf(rule.symbol));
    this.#editors[0].focus();
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** Tell the price that the page tells now. */
  paint() {
    if (this.isOpen) this.#tellPrice();
  }

  close() {
    this.#openings.begin();
    this.#offered.forget();
    this.#dialog.close();
  }

  /** Close it; where that throws away what was typed, once the reader agrees. */
  #leave() {
    const isMeant = this.#openings.current();
    const title = this.#edited === undefined ? "Discard this alert?" : "Discard the changes?";
    this.#changes.leave(title, () => isMeant() && this.close());
  }

  #listen() {
    leaveBy(this.#dialog, byId("alert-close"), () => this.#leave());
    byId("alert-add-condition").addEventListener("click", () => this.#addCondition());
    byId("alert-trigger", "select").addEventListener("change", () => {
      this.#arrange();
      this.#renamed();
    });
    byId("alert-name", "input").addEventListener("input", () => (this.#isNamedHere = false));
    byId("alert-symbol", "input").addEventListener("input", () => this.#renamed());
    byId("alert-test").addEventListener("click", () => this.#test());
    this.#form.addEventListener("input", () => this.#forgetTest());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  /** @param {RuleValues} values @param {import("../../../types/alerts.js").Rule} [edited] */
  #open(values, edited) {
    this.#openings.begin();
    this.#made = () => undefined;
    this.#offered.forget();
    for (const name of ["save", "test"]) letPress(byId(`alert-${name}`));
    this.#edited = edited;
    this.#isNamedHere = edited === undefined;
    setText(byId("alert-title"), edited === undefined ? "New alert" : "Edit alert");
    setText(byId("alert-save"), edited === undefined ? "Create alert" : "Save");
    this.#write(values);
    this.#tell({});
    this.#changes.begin();
    this.#dialog.showModal();
    this.#offered.askChains();
  }

  #tellPrice() {
    setText(byId("alert-now"), this.#market.priceText(this.#priced));
  }

  /** @param {RuleValues} values */
  #write(values) {
    writeFields(values);
    this.#editors = values.conditions.map((condition) => this.#editor(condition));
    this.#arrange();
    this.#renamed();
  }

  /** @returns {RuleValues} */
  #read() {
    return { ...readFields(this.#symbols), conditions: this.#editors.map(({ values }) => values) };
  }

  /** @param {import("./alert_form_values.js").ConditionValues} condition */
  #editor(condition) {
    return new ConditionEditor(condition, () => this.#renamed(), this.#offered.known);
  }

  #addCondition() {
    this.#editors.push(this.#editor({ ...NEW_CONDITION, operator: "above" }));
    this.#arrange();
    this.#editors.at(-1)?.focus();
    this.#renamed();
  }

  /** @param {ConditionEditor} editor */
  #remove(editor) {
    this.#editors = this.#editors.filter((each) => each !== editor);
    this.#arrange();
    this.#editors[0].focus();
    this.#renamed();
  }

  /** Show the controls that what is chosen needs: it is another rule than what was tried out. */
  #arrange() {
    this.#forgetTest();
    const trigger = byId("alert-trigger", "select").value;
    const isOne = this.#editors.length === 1;
    for (const [index, editor] of this.#editors.entries()) {
      const legend = isOne ? "Condition" : `Condition ${index + 1}`;
      const remove = isOne ? null : () => this.#remove(editor);
      editor.show({ prefix: isOne ? "" : `conditions.${index}.`, legend, trigger, remove });
    }
    byId("alert-conditions").replaceChildren(...this.#editors.map(({ node }) => node));
    byId("alert-combine-field").hidden = isOne;
    byId("alert-add-condition").hidden = this.#editors.length >= MOST_CONDITIONS;
    byId("alert-cooldown-field").hidden = trigger !== "every_time";
    byId("alert-most-field").hidden = trigger === "once";
  }

  /** As long as nobody has named the rule, its name says what it is about. */
  #renamed() {
    const { symbol, conditions, trigger } = this.#read();
    for (const { source } of conditions) this.#offered.askFor(source);
    const isOfMarket = conditions.some(needsMarket);
    const strategy = this.#offered.known.strategies.find(({ id }) => conditions.some((each) => each.strategy === id));
    if (strategy && !isOfMarket) byId("alert-symbol", "input").value = strategy.symbol;
    const market = isOfMarket ? symbol : (strategy?.symbol ?? "");
    byId("alert-market").hidden = !isOfMarket;
    byId("alert-test").hidden = !isTestable(conditions);
    this.#priced = market;
    this.#tellPrice();
    if (!this.#isNamedHere) return;
    const condition = conditionGiven(conditions[0], trigger);
    byId("alert-name", "input").value = isWhole(condition) ? this.#nameOf(condition, market) : "";
  }

  /** @param {import("../../../types/alerts.js").Condition} condition @param {string} market */
  #nameOf(condition, market) {
    const { title } = this.#offered.known.strategies.find(({ id }) => id === condition.strategy) ?? {};
    if (title) return `${market}: ${signalText(condition, title)}`;
    return nameOf(condition, market, this.#market.tickSizeOf(market));
  }

  /** @param {import("./offered_choices.js").Offered} offered */
  #offer(offered) {
    for (const editor of this.#editors) editor.offer(offered);
    this.#renamed();
  }

  async #save() {
    const [values, edited, made] = [this.#read(), this.#edited, this.#made];
    const saving = async () => {
      if (edited === undefined) made(await this.#rules.create(ruleGiven(values)));
      else await this.#rules.update({ ...ruleGiven(values, edited), id: edited.id });
    };
    await this.#act(byId("alert-save"), saving, () => this.close(), edited === undefined ? creationRefusal : undefined);
  }

  #test() {
    const values = this.#read();
    const isLatest = this.#forgetTest();
    const testing = () => this.#rules.test(ruleGiven(values));
    return this.#act(byId("alert-test"), testing, (result) => isLatest() && setText(byId("alert-test-result"), testText(result)));
  }

  #forgetTest() {
    setText(byId("alert-test-result"), "");
    return this.#tests.begin();
  }

  /**
   * @template Answer
   * @param {HTMLElement} button
   * @param {() => Promise<Answer>} ask
   * @param {(answer: Answer) => void} answered
   * @param {typeof creationRefusal} told what is told of a refusal
   */
  #act(button, ask, answered, told = (refusal) => refusal) {
    const isMeant = this.#openings.current();
    return exclusivePress(button, async () => {
      this.#tell({});
      try {
        const answer = await ask();
        if (isMeant()) answered(answer);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (isMeant()) this.#tell(told(error));
      }
    });
  }

  /** @param {{message?: string, fields?: Record<string, string>}} problem nothing is wrong where it is empty */
  #tell({ message = "", fields = {} }) {
    const others = showProblems(this.#form, this.#withMarket(this.#withoutOwnName(fields)));
    setText(byId("alert-problem"), refusalText({ message, fields, others }));
    const wrong = /** @type {HTMLElement | null} */ (this.#form.querySelector("[aria-invalid]"));
    if (wrong?.closest("details")) byId("alert-more", "details").open = true;
    wrong?.focus();
  }

  /** A name that the dialog makes is lacking because of something else. @param {Record<string, string>} fields that are wrong */
  #withoutOwnName(fields) {
    const { name: _, ...others } = fields;
    return this.#isNamedHere && Object.keys(others).length ? others : fields;
  }

  /** The server looks for the market last; here it is known which there are. @param {Record<string, string>} fields that are wrong */
  #withMarket(fields) {
    const { symbol, conditions } = this.#read();
    const isUnknown = conditions.some(needsMarket) && symbol && this.#symbols.length && !this.#symbols.includes(symbol);
    return Object.keys(fields).length && isUnknown && !fields.symbol ? { ...fields, symbol: `Unknown symbol: ${symbol}` } : fields;
  }
}

/**
 * @param {import("../../shared/refusal.js").Refusal} refusal of a new rule
 * @returns {{message?: string, fields?: Record<string, string>}}
 */
function creationRefusal(refusal) {
  return repeatableRefusal(refusal, "Create it again: it is made once");
}
