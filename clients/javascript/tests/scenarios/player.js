/** Plays one scenario of clients/scenarios on this client; what each step means stands in the README there. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { WebSocket } from "ws";
import * as tidewire from "../../src/index.js";
import { followBlocks, followTransactions, followWallets } from "../../src/wallets/wallets.js";
import { contains, containsInOrder } from "./containing.js";
import { assertStep, known, milliseconds, optionsOf } from "./format.js";
import { ScenarioLogs } from "./logs.js";

const WITHIN_SECONDS = 15;
const POLL_MILLISECONDS = 20;
const BEYOND_TOKEN_MILLISECONDS = 2_000;
const SHORT_SECONDS = 6;
const REFUSED_TOKEN = "not.a.token";

export class ScenarioPlayer {
  #stage;
  #scenario;
  #client;
  #stateSync;
  #logs;
  /** @type {Map<string, {data?: any, error?: any, isSettled: boolean}>} */
  #outcomes = new Map();
  #firstTokenEnds = 0;

  /**
   * @param {import("../stage.js").Stage} stage
   * @param {any} scenario
   * @param {string} dialect
   * @param {string | undefined} fixedToken for scenarios whose token is `fixed`
   */
  constructor(stage, scenario, dialect, fixedToken) {
    this.#stage = stage;
    this.#scenario = scenario;
    const options = { dialect, token: this.#tokenOf(scenario.token, fixedToken), WebSocket, ...optionsOf(scenario) };
    this.#client = new tidewire.TidewireClient(stage.socket, options);
    this.#stateSync = new tidewire.StateSync(this.#client);
    const messages = scenario.steps.filter((step) => step.do === "expect_message");
    this.#logs = new ScenarioLogs(this.#client, messages.map(({ type }) => type));
  }

  async play() {
    try {
      for (const [index, step] of this.#scenario.steps.entries()) await this.#step(index + 1, step);
    } finally {
      this.#stateSync.close();
      this.#client.disconnect();
    }
  }

  async #step(number, { do: name, ...fields }) {
    assertStep(name, fields);
    try {
      await this[name](fields);
    } catch (error) {
      error.message = `Step ${number}, ${name} ${JSON.stringify(fields)}: ${error.message}\n${this.#logs}`;
      throw error;
    }
  }

  #tokenOf(kind, fixed) {
    const fresh = async () => {
      const given = this.#scenario.short_tokens ? { seconds: SHORT_SECONDS } : {};
      const { token, expires_at } = await this.#stage.ask("/token", given);
      this.#firstTokenEnds ||= expires_at;
      return token;
    };
    let asked = 0;
    return known(
      {
        null: null,
        fresh,
        fixed,
        refused: REFUSED_TOKEN,
        refused_then_fresh: () => ((asked += 1) === 1 ? REFUSED_TOKEN : fresh()),
      },
      String(kind),
    );
  }

  async #until(condition, within = WITHIN_SECONDS) {
    const limit = performance.now() + milliseconds(within);
    while (!(await condition())) {
      if (performance.now() > limit) throw new Error(`not within ${within} s`);
      await sleep(POLL_MILLISECONDS);
    }
  }

  async connect({ code }) {
    const outcome = await outcomeOf(this.#client.connect());
    assert.equal(outcome.error && connectCodeOf(outcome.error), code, outcome.error?.message);
    if (code !== undefined) return;
    await this.expect_state({ state: "connected" });
  }

  disconnect() {
    this.#client.disconnect();
  }

  reconnect() {
    this.#client.reconnect();
  }

  async expect_state({ state, within }) {
    await this.#until(() => this.#logs.states.goOnTo((entry) => entry === state), within);
  }

  async expect_error({ code, channel, within }) {
    const isIt = (error) => error.code === code && (channel === undefined || error.channel === channel);
    await this.#until(() => this.#logs.errors.goOnTo(isIt), within);
  }

  subscribe({ channels, throttle_ms, batch }) {
    this.#client.subscribe(channels, { throttleMilliseconds: throttle_ms, batch });
  }

  unsubscribe({ channels }) {
    this.#client.unsubscribe(channels);
  }

  resubscribe() {
    this.#client.resubscribe();
  }

  expect_channels({ channels }) {
    assert.deepEqual([...this.#client.channels].sort(), [...channels].sort());
  }

  async expect_subscriptions({ channels }) {
    const wanted = [...channels].sort();
    await this.#until(async () => {
      const held = await this.#command("session.subscriptions");
      return isDeepStrictEqual([...held.channels].sort(), wanted);
    });
  }

  async expect_event({ channel, type, stale, within }) {
    const from = this.#logs.events.length;
    const isIt = (event) =>
      event.channel === channel &&
      (type === undefined || event.type === type) &&
      (stale === undefined || (event.data?.stale === true) === stale);
    await this.#until(() => this.#logs.events.slice(from).some(isIt), within);
  }

  async expect_unbroken({ channel, trades, within }) {
    const ids = () => {
      const told = this.#logs.events.filter((event) => event.channel === channel);
      assert.deepEqual(told.filter(({ type }) => type === "resync"), []);
      return told.map(({ data }) => data.tradeId);
    };
    const wanted = ids().length + trades;
    await this.#until(() => ids().length >= wanted, within);
    const [first] = ids();
    assert.deepEqual(ids(), ids().map((_, index) => first + index));
  }

  async expect_resync({ channel, within }) {
    const isIt = (event) => event.channel === channel && event.type === "resync";
    await this.#until(() => this.#logs.events.some(isIt), within);
  }

  async expect_message({ type, within }) {
    await this.#until(() => this.#logs.messages.has(type), within);
  }

  command({ action, params, timeout, id, as }) {
    this.#keep(as, this.#command(action, params, timeout, id));
  }

  #command(action, params, timeout, id) {
    return this.#client.command(action, params, { id, ...(timeout && { timeout: milliseconds(timeout) }) });
  }

  #keep(name, promise) {
    const kept = { isSettled: false };
    this.#outcomes.set(name, kept);
    outcomeOf(promise).then((outcome) => Object.assign(kept, outcome, { isSettled: true }));
  }

  expect_waiting({ of }) {
    assert.deepEqual(of.filter((name) => this.#outcome(name).isSettled), []);
  }

  async expect_answer({ to, code, data, within }) {
    const outcome = this.#outcome(to);
    await this.#until(() => outcome.isSettled, within);
    assert.equal(outcome.error && codeOf(outcome.error), code, outcome.error?.message);
    if (data !== undefined) assert.ok(contains(outcome.data, data), `it answered ${JSON.stringify(outcome.data)}`);
  }

  #outcome(name) {
    const outcome = this.#outcomes.get(name);
    if (!outcome) throw new Error(`no command was called ${name}`);
    return outcome;
  }

  async expect_sent({ frames, within }) {
    await this.#until(async () => containsInOrder((await this.#connections()).at(-1) ?? [], frames), within);
  }

  async expect_resent({ action, within }) {
    await this.#until(async () => {
      const ids = (await this.#connections()).map((frames) =>
        frames.filter((frame) => frame.action === action).map(({ id }) => id),
      );
      const newest = ids.pop() ?? [];
      return newest.length > 0 && newest.every((id) => ids.flat().includes(id));
    }, within);
  }

  async expect_connections({ count }) {
    assert.equal((await this.#connections()).length, count);
  }

  async #connections() {
    return (await this.#stage.ask("/proxy/seen")).connections;
  }

  async expect_refused({ at_least, within }) {
    await this.#until(async () => (await this.#stage.ask("/proxy/seen")).refused >= at_least, within);
  }

  define({ name, load, params, channels }) {
    const entity = this.#stateSync.define(name, {
      load: () => this.#command(load, params),
      channels,
      apply: (value) => ({ ...value, events: (value.events ?? 0) + 1 }),
    });
    entity.on("change", () => undefined); // its first use
  }

  follow({ name, what, of }) {
    const followed = known({ wallets: followWallets, transactions: followTransactions, blocks: followBlocks }, what);
    const system = {
      stateSync: this.#stateSync,
      command: (action, params) => this.#client.command(action, params),
      subscribe: (channels) => this.#client.subscribe(channels),
    };
    followed(system, of, name).on("change", () => undefined); // its first use
  }

  update({ name, with: fields, send, params, timeout, as }) {
    const change = (value) => ({ ...value, ...fields });
    const command = () => this.#command(send, params, timeout).then(() => undefined);
    this.#keep(as, this.#entity(name).update(change, command));
  }

  async expect_value({ name, value, within }) {
    await this.#until(() => contains(this.#entity(name).value, value), within);
  }

  expect_now({ name, value }) {
    const present = this.#entity(name).value;
    assert.ok(contains(present, value), `it is ${JSON.stringify(present)}`);
  }

  #entity(name) {
    const entity = this.#stateSync.get(name);
    if (!entity) throw new Error(`${name} is not defined`);
    return entity;
  }

  async another_reads({ channel }) {
    await this.#stage.ask("/read", { channel });
  }

  async proxy({ act, binary, ...parameters }) {
    await this.#stage.ask(`/proxy/${act}`, binary ? { ...parameters, binary: 1 } : parameters);
  }

  async gateway({ act }) {
    await this.#stage.ask(`/gateway/${act}`);
  }

  async exchange({ fault, parameters, end }) {
    await this.#stage.ask(`/exchange/${fault}${end ? "/end" : ""}`, parameters);
  }

  async log_out() {
    await this.#stage.ask("/log-out");
  }

  async outlive_token() {
    assert.ok(this.#firstTokenEnds, "the stage has given no token yet");
    await sleep(Math.max(0, this.#firstTokenEnds + BEYOND_TOKEN_MILLISECONDS - Date.now()));
  }
}

/** The code that the scenarios have for what became of a command. */
function codeOf(error) {
  return error instanceof tidewire.ConnectionClosedError ? "CLOSED" : error.code;
}

/** The code that they have for a connection that did not come to be. */
function connectCodeOf(error) {
  return error instanceof tidewire.AttemptsExhaustedError ? "GAVE_UP" : codeOf(error);
}

function outcomeOf(promise) {
  return promise.then(
    (data) => ({ data }),
    (error) => ({ error }),
  );
}
