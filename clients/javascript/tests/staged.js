/** For a test file one stage (see stage.js), and for each test clients of it, which end with the test. */
import { after, afterEach, before, beforeEach, describe } from "node:test";
import { WebSocket } from "ws";
import { TidewireClient } from "../src/index.js";
import { MISSING, Stage } from "./stage.js";

export class Staged {
  /** @type {Stage} */
  stage;
  /** @type {TidewireClient[]} */
  #clients = [];

  /** @param {string[]} options of the stage */
  #hooks(options) {
    before(async () => {
      this.stage = await Stage.start(...options);
    });
    beforeEach(() => this.stage.ask("/reset"));
    afterEach(() => {
      for (const client of this.#clients.splice(0)) client.disconnect();
    });
    after(() => this.stage?.end());
  }

  /**
   * @param {string} name
   * @param {string[]} options of the stage
   * @param {(staged: Staged) => void} tests
   */
  static describe(name, options, tests) {
    describe(name, { skip: MISSING }, () => {
      const staged = new Staged();
      staged.#hooks(options);
      tests(staged);
    });
  }

  /** @param {import("../protocol.js").ClientOptions} [options] */
  clientOf(options = {}) {
    const client = new TidewireClient(this.stage.socket, { WebSocket, ...options });
    this.#clients.push(client);
    return client;
  }

  /** @param {string} [user] resolves with a fresh token of `demo` or `admin` */
  async token(user = "demo") {
    return (await this.stage.ask("/token", { user })).token;
  }
}
