/** The user's alert rules, in step with the server: loaded once, following what fires, and changed by commands. */
import { fired, withRule } from "./alert_rule.js";

/** @typedef {import("./alert_rule.js").Rule} Rule */

const NAME = "alerts";
const PAGE_SIZE = 500;

export class AlertRules {
  #client;
  /** @type {import("../client/state_sync.js").SyncedValue<Rule[]>} */
  #rules;
  #isSomebodys = false;

  /** @param {{client: import("../client/client.js").TidewireClient, stateSync: import("../client/state_sync.js").StateSync}} system */
  constructor({ client, stateSync }) {
    this.#client = client;
    const apply = (rules, { data }) => fired(rules, data);
    this.#rules = stateSync.define(NAME, { load: () => this.#load(), channels: [NAME], apply });
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
    this.#rules.close();
  }

  /** @param {object} given @returns {Promise<Rule>} */
  async create(given) {
    const rule = await this.#client.command("alerts.create", given);
    await this.#keep(rule);
    return rule;
  }

  /**
   * @param {object} given with the rule's id
   * @param {(rule: Rule) => Rule} [local] how it looks until the server has answered
   * @returns {Promise<void>} rejected after the change was taken back
   */
  update(given, local = (rule) => rule) {
    return this.#change(given.id, local, "alerts.update", given);
  }

  /** @param {number} id @param {boolean} isOn @returns {Promise<void>} */
  turn(id, isOn) {
    const local = (rule) => ({ ...rule, enabled: isOn, state: "pending" });
    return this.#change(id, local, isOn ? "alerts.enable" : "alerts.disable", { id });
  }

  /** @param {number} id @returns {Promise<void>} */
  delete(id) {
    const without = (rules = []) => rules.filter((rule) => rule.id !== id);
    return this.#rules.update(without, () => this.#client.command("alerts.delete", { id }).then(() => undefined));
  }

  /** @param {object} given a rule's parameters, or its id @returns {Promise<{would_fire: number | boolean, times: any[], over: any}>} */
  test(given) {
    return this.#client.command("alerts.test", given);
  }

  /** The answer is the rule as it is now: it takes the place of the one that was shown meanwhile. */
  async #change(id, local, action, given) {
    const shown = (rules = []) => rules.map((rule) => (rule.id === id ? local(rule) : rule));
    let answer;
    await this.#rules.update(shown, async () => {
      answer = await this.#client.command(action, given);
    });
    await this.#keep(answer);
  }

  #keep(rule) {
    return this.#rules.update((rules = []) => withRule(rules, rule), async () => undefined);
  }

  async #load() {
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
