/** The user's alert rules, in step with the server: loaded once, following what fires, and changed by commands. */
import { overNetwork } from "../../shared/connection/network.js";
import { RepeatableCommand } from "../../shared/connection/repeatable_command.js";
import { isRefusal } from "../../shared/refusal.js";
import { Turns } from "../../shared/turns.js";
import { fired, isDone, withAnswer, withRule } from "./alert_rule.js";
import { TabBroadcast } from "./tab_broadcast.js";

/**
 * @typedef {import("../../../types/alerts.js").Rule} Rule
 * @typedef {import("../../../types/alerts.js").Firings} Firings
 * @typedef {import("../../../types/strategies.js").LiveStrategy} OwnStrategy
 * @typedef {import("../../../types/wallets.js").Wallet} Wallet
 * @typedef {import("../../../types/wallets.js").WatchedTransaction} WatchedTransaction
 */

const NAME = "alerts";
const PAGE_SIZE = 500;

export class AlertRules {
  #client;
  #creation;
  /** @type {import("../../client/state_sync.js").SyncedValue<Rule[]>} */
  #rules;
  #isSomebodys = false;
  /** Somebody else has come: what was asked before that isn't for them. */
  #users = new Turns();
  #requests;
  #otherTabs = new TabBroadcast(NAME, () => this.#isSomebodys && !document.hidden && this.refresh()); // else once in sight

  /**
   * @param {{client: import("../../client/client.js").TidewireClient, stateSync: import("../../client/state_sync.js").StateSync}} system
   * @param {import("../../shared/session/user_requests.js").UserRequests} requests below `/api/v1/alerts/`, for what there is no command for
   */
  constructor({ client, stateSync }, requests) {
    this.#client = client;
    this.#creation = new RepeatableCommand(client, "alerts.create");
    this.#requests = requests;
    this.#rules = stateSync.define(NAME, {
      load: () => this.#load(),
      channels: [NAME],
      apply: (rules, { data }) => fired(rules, data),
    });
  }

  /** @returns {Rule[]} newest first; none while they are not known */
  get all() {
    return this.#known ?? [];
  }

  /** Whether they are known, so that none means none. */
  get isLoaded() {
    return this.#known !== undefined;
  }

  /** Nobody's are not asked for. */
  get #known() {
    return this.#isSomebodys ? this.#rules.value : undefined;
  }

  /** @param {() => void} changed @param {(error: Error & {code?: string}) => void} failed to load */
  watch(changed, failed) {
    this.#rules.on("change", changed);
    this.#rules.on("error", failed);
  }

  /** Read them anew: what a rule does now changes without an event, too. */
  refresh() {
    return this.#rules.load().catch(() => undefined); // told by `error`
  }

  /** @param {boolean} isSomebodys whether anybody is signed in; whose they were before is forgotten */
  follow(isSomebodys) {
    this.#isSomebodys = isSomebodys;
    this.#users.begin();
    this.#rules.close();
  }

  /** @returns {Promise<OwnStrategy[]>} the user's strategies that may still give signals, newest first */
  async strategies() {
    const { items } = await this.#client.command("strategy.list", { live: true, limit: PAGE_SIZE });
    return items;
  }

  /** @returns {Promise<Pick<import("./watched_choices.js").Watched, "wallets" | "transactions">>} what the user watches on chains */
  async watched() {
    const asked = ["wallet.list", "tx.list"].map((action) => this.#client.command(action, { limit: PAGE_SIZE }));
    const [wallets, transactions] = await Promise.all(asked);
    return { wallets: wallets.items, transactions: transactions.items };
  }

  /** @returns {Promise<boolean>} whether any chain is followed */
  async hasChains() {
    const { items } = await this.#client.command("wallet.chains", {});
    return items.length > 0;
  }

  /** @param {import("../../../types/alerts.js").RuleGiven} given @returns {Promise<Rule>} */
  create(given) {
    return this.#make(() => this.#creation.ask(given));
  }

  /** @param {number} id @returns {Promise<Rule>} the copy, which is switched off */
  clone(id) {
    return this.#make(() => this.#requests.post(`rules/${id}/clone/`, {}));
  }

  /**
   * @param {import("../../../types/alerts.js").RuleGiven & {id: number}} given
   * @param {(rule: Rule) => Rule} [local] how it looks until the server has answered
   * @returns {Promise<void>} rejected after the change was taken back
   */
  update(given, local = (rule) => rule) {
    return this.#change(given.id, local, () => this.#ask("alerts.update", given));
  }

  /** @param {number} id @param {boolean} isOn @returns {Promise<void>} */
  turn(id, isOn) {
    const local = (/** @type {Rule} */ rule) => ({ ...rule, enabled: isOn, state: "pending" });
    return this.#change(id, local, () => this.#ask(isOn ? "alerts.enable" : "alerts.disable", { id }));
  }

  /** @param {number} id @param {Date} until @returns {Promise<void>} */
  snooze(id, until) {
    const time = until.toISOString();
    const local = (/** @type {Rule} */ rule) => ({ ...rule, state: "snoozed", snoozed_until: time });
    return this.#change(id, local, () => this.#requests.post(`rules/${id}/snooze/`, { until: time }));
  }

  /** @param {number} id @returns {Promise<void>} */
  resume(id) {
    const local = (/** @type {Rule} */ rule) => ({ ...rule, state: "pending", snoozed_until: null });
    return this.#change(id, local, () => this.#requests.post(`rules/${id}/resume/`, {}));
  }

  /** @param {number} id @returns {Promise<void>} */
  async delete(id) {
    const without = (/** @type {Rule[]} */ rules = []) => rules.filter((rule) => rule.id !== id);
    await this.#rules.update(without, () => this.#ask("alerts.delete", { id }).then(() => undefined));
    this.#otherTabs.tell();
  }

  /** @returns {Promise<number>} how many were done, and are deleted */
  async clearFinished() {
    let deleted = 0;
    const without = (/** @type {Rule[]} */ rules = []) => rules.filter((rule) => !isDone(rule));
    await this.#rules.update(without, async () => {
      ({ deleted } = await this.#ask("alerts.clear_finished", {}));
    });
    this.#otherTabs.tell();
    return deleted;
  }

  /**
   * Read firings, by pages. One that comes meanwhile pushes those before it onto the next page: each counts once.
   *
   * @param {number} id
   * @param {number} limit
   * @returns {Promise<Firings>} so many of its newest firings
   */
  async history(id, limit) {
    /** @type {Map<number, import("../../../types/alerts.js").Firing>} */
    const firings = new Map();
    while (true) {
      const { size } = firings;
      const { items, total } = await this.#ask("alerts.events", { rule: id, limit: Math.min(limit, PAGE_SIZE), offset: size });
      for (const firing of items) firings.set(firing.id, firing);
      const isWhole = firings.size >= Math.min(limit, total) || firings.size === size;
      if (isWhole) return { items: [...firings.values()].slice(0, limit), total };
    }
  }

  /**
   * @param {import("../../../types/alerts.js").RuleGiven} given a rule's parameters, or its id
   * @returns {Promise<import("../../../types/alerts.js").Trial>}
   */
  test(given) {
    return this.#ask("alerts.test", given);
  }

  /** @param {string} action @param {object} given @returns {Promise<any>} */
  #ask(action, given) {
    return overNetwork((signal) => this.#client.command(action, given, { signal }));
  }

  /**
   * What the server has made is shown here and told to the other tabs, unless somebody else has come meanwhile.
   *
   * @param {() => Promise<Rule>} ask
   */
  async #make(ask) {
    const isHere = this.#users.current();
    const made = await this.#answerOf(ask);
    if (isHere()) await this.#keep((rules) => withRule(rules, made));
    return made;
  }

  /**
   * The answer is the rule as it is now: it takes the place of the one that was shown meanwhile, unless a newer one has
   * overtaken it.
   *
   * @param {number} id
   * @param {(rule: Rule) => Rule} local
   * @param {() => Promise<Rule>} ask
   */
  async #change(id, local, ask) {
    const isHere = this.#users.current();
    /** @type {Map<Rule, Rule>} */
    const before = new Map();
    const changed = (/** @type {Rule} */ rule) => keptIn(before, local(rule), rule);
    const shown = (/** @type {Rule[]} */ rules = []) => rules.map((rule) => (rule.id === id ? changed(rule) : rule));
    /** @type {Rule | undefined} */
    let answer;
    await this.#rules.update(shown, async () => {
      answer = await this.#answerOf(ask);
    });
    const asServed = (/** @type {Rule[]} */ rules) => rules.map((rule) => before.get(rule) ?? rule);
    if (isHere()) await this.#keep((rules) => withAnswer(asServed(rules), /** @type {Rule} */ (answer)));
  }

  /**
   * Where none came, nobody knows what the server has done: the rules are read anew.
   *
   * @template Answer
   * @param {() => Promise<Answer>} ask
   */
  async #answerOf(ask) {
    const isHere = this.#users.current();
    try {
      return await ask();
    } catch (error) {
      if (isRefusal(error) && error.code === "unreachable" && isHere()) this.refresh();
      throw error;
    }
  }

  /** @param {(rules: Rule[]) => Rule[]} change that the server has made already */
  async #keep(change) {
    await this.#rules.update((rules = []) => change(rules), async () => undefined);
    this.#otherTabs.tell();
  }

  async #load() {
    /** @type {Rule[]} */
    const items = [];
    let total = Infinity;
    while (items.length < total) {
      const page = await this.#client.command("alerts.list", { limit: PAGE_SIZE, offset: items.length });
      items.push(...page.items);
      total = page.items.length ? page.total : 0;
    }
    return items;
  }
}

/** @param {Map<Rule, Rule>} before what each was that is shown changed @param {Rule} changed @param {Rule} rule */
function keptIn(before, changed, rule) {
  before.set(changed, rule);
  return changed;
}
