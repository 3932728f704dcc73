/** Tests on the stage that all share: for each of them components that are rendered on it and go with the test. */
import { renderHook } from "./rendering.js"; // first: React looks for its document when it is loaded
import { afterEach, before, beforeEach, describe } from "node:test";
import { MISSING, Stage } from "../stage.js";
import { untilAsked } from "../waiting.js";

export class RenderedOnStage {
  /** @type {Stage} */
  stage;
  #rendered = [];

  /**
   * @param {string} name
   * @param {(on: RenderedOnStage) => void} tests
   */
  static describe(name, tests) {
    describe(name, { skip: MISSING }, () => {
      const on = new RenderedOnStage();
      on.#hooks();
      tests(on);
    });
  }

  #hooks() {
    before(async () => {
      this.stage = await Stage.shared();
    });
    beforeEach(async () => {
      await this.stage.ask("/reset");
      await this.#untilNobodyIsConnected();
    });
    afterEach(async () => {
      for (const { unmount } of this.#rendered.splice(0)) unmount();
      await this.#untilNobodyIsConnected();
    });
  }

  async #untilNobodyIsConnected() {
    await untilAsked(async () => (await this.stage.statistics()).connectedClients === 0);
  }

  /** The stage's address for clients. */
  get url() {
    return this.stage.socket;
  }

  /**
   * As `renderHook`; nothing of it may stay connected after the test.
   *
   * @template Value
   * @param {() => Value} use
   * @param {Parameters<typeof renderHook>[1]} [around]
   */
  render(use, around) {
    const rendered = renderHook(use, around);
    this.#rendered.push(rendered);
    return rendered;
  }

  /** The frames that clients have sent, by connection. */
  async sent() {
    return (await this.stage.ask("/proxy/seen")).connections;
  }

  /** Which channels were asked for, or left, in order: [type, …channels]. */
  async asked() {
    const frames = (await this.sent()).flat().filter(({ type }) => type.endsWith("subscribe"));
    return frames.map(({ type, channels }) => [type, ...channels]);
  }

  /** @param {object} frame for every client, as if the gateway had sent it */
  async inject(frame) {
    await this.stage.ask("/proxy/inject", { text: JSON.stringify(frame) });
  }
}
