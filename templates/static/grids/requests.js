/** What the page asks of grids, as whoever is signed in. Failures are SessionErrors, fit to be shown. */
import { InstanceRequests } from "../shared/trading/instances/instance_requests.js";

/** @extends {InstanceRequests<import("../../types/grids.js").Grid>} */
export class GridRequests extends InstanceRequests {
  /** @param {import("../client/client.js").TidewireClient} client @param {import("../shared/session/access_token.js").AccessToken} access */
  constructor(client, access) {
    super(client, access, { kind: "grid", path: "grids/" });
  }

  /** @param {Record<string, unknown>} given @returns {Promise<import("../../types/grids.js").Preview>} */
  preview(given) {
    return this.own.post("preview/", given);
  }

  /**
   * @param {string} id
   * @param {Record<string, unknown>} params
   * @returns {Promise<{updated: Record<string, [unknown, unknown]>, rebuilt: boolean}>}
   */
  update(id, params) {
    return this.own.patch(`${id}/`, { params });
  }
}
