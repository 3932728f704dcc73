/** What the page asks of live strategies, as whoever is signed in. Failures are SessionErrors, fit to be shown. */
import { isRefusal } from "../shared/refusal.js";
import { UserRequests } from "../shared/session/user_requests.js";
import { InstanceRequests } from "../shared/trading/instances/instance_requests.js";

/** @typedef {import("../../types/backtests.js").Backtest} Backtest */

const MOST_BACKTESTS = 10;

/** @extends {InstanceRequests<import("../../types/strategies.js").LiveStrategy>} */
export class StrategyRequests extends InstanceRequests {
  #kinds;
  #backtests;

  /** @param {import("../client/client.js").TidewireClient} client @param {import("../shared/session/access_token.js").AccessToken} access */
  constructor(client, access) {
    super(client, access, { kind: "strategy", path: "live-strategies/" });
    this.#kinds = new UserRequests(access, "/api/v1/trading/strategies/");
    this.#backtests = new UserRequests(access, "/api/v1/trading/backtests/");
  }

  /** @returns {Promise<import("../../types/backtests.js").StrategyKind[]>} what can be started */
  async kinds() {
    return (await this.#kinds.get("")).items;
  }

  /** @param {string} id @returns {Promise<Backtest>} */
  backtestNamed(id) {
    return this.#backtests.get(`${id}/`);
  }

  /**
   * @param {import("../../types/strategies.js").LiveStrategy} strategy
   * @param {string} wanted the id of one more, where it isn't empty
   * @returns {Promise<Backtest[]>} those over its hours, newest first, then that which it was started from; those that are gone are left out
   */
  async backtestsOf({ id, backtest_id: origin }, wanted) {
    const { items } = await this.#backtests.get(`?strategy_id=${id}&limit=${MOST_BACKTESTS}`);
    const known = new Set(items.map((/** @type {Backtest} */ backtest) => backtest.id));
    const others = [...new Set([wanted, origin])].filter((one) => one && !known.has(one));
    const found = await Promise.all(others.map((one) => this.backtestNamed(String(one)).catch(nullWhereGone)));
    return [...items, ...found.filter((one) => one !== null)];
  }

  /** @param {string} id of a strategy @returns {Promise<{backtest_id: string}>} of one over the hours of its run, which begins */
  backtest(id) {
    return this.own.post(`${id}/backtest/`, {});
  }

  /** @param {string} id of a strategy @param {string} backtest its id @returns {Promise<import("../../types/strategies.js").Comparison>} */
  compare(id, backtest) {
    return this.own.get(`${id}/comparison/?backtest_id=${backtest}`);
  }
}

/** @param {unknown} error @returns {null} raises any other */
function nullWhereGone(error) {
  if (isRefusal(error) && error.code === "NOT_FOUND") return null;
  throw error;
}
