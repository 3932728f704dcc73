/** What the page asks of backtests, as whoever is signed in. Failures are SessionErrors, fit to be shown. */
import { UserRequests } from "../shared/session/user_requests.js";

/** @typedef {import("../../types/backtests.js").Backtest} Backtest */
/** @typedef {import("../../types/backtests.js").Result} Result */
/** @typedef {import("../../types/backtests.js").SweepResult} SweepResult */
/** @typedef {import("../../types/backtests.js").Trade} Trade */

export class BacktestRequests {
  #requests;

  /** @param {import("../shared/session/access_token.js").AccessToken} access */
  constructor(access) {
    this.#requests = new UserRequests(access, "/api/v1/trading/");
  }

  /** @returns {Promise<import("../../types/backtests.js").StrategyKind[]>} */
  async strategies() {
    return (await this.#requests.get("strategies/")).items;
  }

  /** @param {string} symbol @param {string} interval @returns {Promise<import("../../types/backtests.js").StoredData>} */
  data(symbol, interval) {
    return this.#requests.get(`backtests/data/?${new URLSearchParams({ symbol, interval })}`);
  }

  /** @param {Record<string, unknown>} given @returns {Promise<{backtest_id: string}>} */
  run(given) {
    return this.#requests.post("backtests/", given);
  }

  /** @param {Record<string, unknown>} given @returns {Promise<{backtest_id: string, runs: number}>} */
  sweep(given) {
    return this.#requests.post("backtests/sweeps/", given);
  }

  /** @param {number} offset @param {number} limit @returns {Promise<{count: number, items: Backtest[]}>} newest first */
  async list(offset, limit) {
    const { count, total, items } = await this.#requests.get(`backtests/?offset=${offset}&limit=${limit}`);
    return { count: count ?? total, items };
  }

  /** @param {string} id @returns {Promise<Backtest>} */
  get(id) {
    return this.#requests.get(`backtests/${id}/`);
  }

  /** @param {string} id @returns {Promise<Result & SweepResult>} as its kind is */
  result(id) {
    return this.#requests.get(`backtests/${id}/result/`);
  }

  /** @param {string} id @param {number} offset @param {number} limit @returns {Promise<Trade[]>} newest first */
  async trades(id, offset, limit) {
    return (await this.#requests.get(`backtests/${id}/trades/?offset=${offset}&limit=${limit}`)).items;
  }

  /** @param {string[]} ids @returns {Promise<import("../../types/backtests.js").Compared[]>} */
  async compare(ids) {
    return (await this.#requests.post("backtests/compare/", { ids })).items;
  }

  /** @param {string} id @returns {Promise<{checks: Result["checks"], is_checking: boolean}>} `is_checking`: the full ones are being made */
  check(id) {
    return this.#requests.post(`backtests/${id}/check/`, {});
  }

  /** @param {string} id */
  cancel(id) {
    return this.#requests.post(`backtests/${id}/cancel/`, {});
  }

  /** @param {string} id */
  delete(id) {
    return this.#requests.delete(`backtests/${id}/`);
  }

  /** @param {string} id @param {"csv" | "json"} form @returns {Promise<Blob>} */
  export(id, form) {
    return this.#requests.download(`backtests/${id}/export/?form=${form}`);
  }
}
