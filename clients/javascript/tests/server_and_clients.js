/** For each test a server of its own, and clients that end with it. */
import { afterEach, beforeEach } from "node:test";
import { WebSocket } from "ws";
import { TidewireClient } from "../src/index.js";
import { MarketServer } from "./market_server.js";

export class ServerAndClients {
  /** @type {TidewireClient[]} */
  #clients = [];

  /** Start and end with each test of the file that calls this. */
  constructor() {
    beforeEach(async () => {
      /** @type {MarketServer} */
      this.server = await MarketServer.start();
    });
    afterEach(async () => {
      for (const client of this.#clients.splice(0)) client.disconnect();
      await this.server.stop();
    });
  }

  /**
   * @param {object} [options] the client's
   * @param {string} [query] of the address
   */
  clientOf(options = {}, query = "") {
    const client = new TidewireClient(this.server.url + query, { WebSocket, reconnectDelay: () => 10, ...options });
    this.#clients.push(client);
    return client;
  }

  /** @param {object} [options] the client's */
  async connectedClient(options) {
    const client = this.clientOf(options);
    await client.connect();
    return client;
  }
}
