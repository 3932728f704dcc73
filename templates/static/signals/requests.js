/** What the page asks of public signals and of models, as whoever is signed in. Failures are SessionErrors, fit to be shown. */
import { UserRequests } from "../shared/session/user_requests.js";

/** Most of each symbol's that are listed. */
const OF_EACH = 50;
/** All that are in use, and so many of the newest others. */
const IN_USE = 500;
const OTHERS = 100;
const NOT_THERE = 404;

export class SignalRequests {
  #requests;

  /** @param {import("../shared/session/access_token.js").AccessToken} access */
  constructor(access) {
    this.#requests = new UserRequests(access, "/api/v1/trading/");
  }

  /** @returns {Promise<import("../../types/signals.js").NewestSignals>} */
  newest() {
    return this.#requests.get(`signals/newest/?limit=${OF_EACH}`);
  }

  /** @returns {Promise<import("../../types/signals.js").SignalRecords>} */
  records() {
    return this.#requests.get("signals/");
  }

  /** @returns {Promise<import("../../types/signals.js").ModelCard[]>} those in use first, and of these and the others the newest; none where the server knows no models */
  async models() {
    try {
      const [used, others] = await Promise.all([this.#versions(true, IN_USE), this.#versions(false, OTHERS)]);
      return [...used, ...others.filter(({ id }) => used.every((one) => one.id !== id))];
    } catch (error) {
      if (/** @type {{status?: number}} */ (error).status === NOT_THERE) return [];
      throw error;
    }
  }

  /** @param {boolean} inUse @param {number} most @returns {Promise<import("../../types/signals.js").ModelCard[]>} */
  async #versions(inUse, most) {
    return (await this.#requests.get(`models/?inUse=${inUse}&limit=${most}`)).items;
  }

  /** @param {string} id @returns {Promise<import("../../types/signals.js").ModelCard>} whole */
  model(id) {
    return this.#requests.get(`models/${id}/`);
  }
}
