/** Tests on the stage that all share (see stage.js): for each of them clients of it, which end with the test. */
import { afterEach, before, beforeEach, describe } from "node:test";
import { WebSocket } from "ws";
import { TidewireClient } from "../src/index.js";
import { MISSING, Stage } from "./stage.js";

export class Staged {
  /** @type {Stage} */
  stage;
  /** @type {TidewireClient[]} */
  #clients = [];

  #hooks() {
    before(async () => {
      this.stage = await Stage.shared();
    });
    beforeEach(() => this.stage.ask("/reset"));
    afterEach(() => {
      for (const client of this.#clients.splice(0)) client.disconnect();
    });
  }

  /**
   * @param {string} name
   * @param {(staged: Staged) => void} tests
   */
  static describe(name, tests) {
    describe(name, { skip: MISSING }, () => {
      const staged = new Staged();
      staged.#hooks();
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
