/**
 * A connection to Tidewire's `/ws` that survives: it reconnects with jittered back-off, subscribes again to what
 * was subscribed, and tells by events what happens. Runs in browsers and Node ≥ 20, and needs no other package.
 */
import { LONGEST_DELAY_MILLISECONDS, afterClose } from "./backoff.js";
import { ConnectionClosedError } from "./connection_closed_error.js";
import { Emitter } from "./emitter.js";
import { decodeFrames, resyncOf } from "./frames.js";
import { refusalOf } from "./handshake.js";
import { Heartbeat } from "./heartbeat.js";
import { withDefaults } from "./options.js";
import { Subscriptions } from "./subscriptions.js";

/** @typedef {import("./frames.js").Frame} Frame */
/** @typedef {import("./handshake.js").Refusal} Refusal */
/** @typedef {import("./options.js").ClientOptions} ClientOptions */
/** @typedef {import("./subscriptions.js").SubscriptionOptions} SubscriptionOptions */
/** @typedef {"disconnected" | "connecting" | "connected" | "reconnecting"} ConnectionState */

const LOST_WITHOUT_CODE = 1006;
const NO_DATA = new Set(["subscribed", "unsubscribed", "error", "resync"]);

/**
 * Connection events for `on`: `connecting` {attempt}, `connected` (the welcome's data), `reconnecting` {attempt,
 * delay, code, reason}, `disconnected` {code, reason} (for good), `latency` {milliseconds}, `resync` (a gap in what the
 * exchange gave; see Resync), `error` {code, message, channel?} (a refusal of the server's, or what befell the socket).
 */
export class TidewireClient {
  #url;
  #options;
  #events = new Emitter();
  #messages = new Emitter();
  #subscriptions = new Subscriptions();
  #heartbeat;
  /** @type {ConnectionState} */
  #state = "disconnected";
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {{promise: Promise<void>, resolve: () => void, reject: (error: Error) => void} | null} */
  #welcomed = null;
  /** @type {Refusal | undefined} by which the server ended the present handshake */
  #refusal;
  #attempt = 0;
  #connectedAt = Infinity;
  #timer;
  #retries = new Set();

  /**
   * @param {string | URL} url `ws://host/ws` or `wss://host/ws`; anything that is no URL raises TypeError
   * @param {ClientOptions} [options]
   */
  constructor(url, options = {}) {
    this.#url = String(new URL(url));
    this.#options = withDefaults(options);
    const { pingInterval, pingTimeout, now } = this.#options;
    this.#heartbeat = new Heartbeat(
      { interval: pingInterval, timeout: pingTimeout, now },
      {
        ping: () => this.#send({ type: "ping" }),
        latency: (milliseconds) => this.#events.emit("latency", { milliseconds }),
        dead: () => this.#abandon("No answer to a ping"),
      },
    );
  }

  /** @returns {ConnectionState} */
  get state() {
    return this.#state;
  }

  /** The channels that are subscribed, or will be once there is a connection. */
  get channels() {
    return this.#subscriptions.channels;
  }

  /**
   * Connect, and stay connected until `disconnect`. Safe to call twice.
   *
   * @returns {Promise<void>} settles with the first welcome; rejected with ConnectionClosedError when it is given
   *   up before (it may be left unobserved: the events tell the same)
   */
  connect() {
    if (this.#welcomed) return this.#welcomed.promise;
    this.#welcomed = deferred();
    this.#open();
    return this.#welcomed.promise;
  }

  /** Close the connection and stop trying; subscriptions are kept for the next `connect`. Safe to call twice. */
  disconnect() {
    if (this.#state === "disconnected") return;
    this.#detach();
    this.#giveUp(1000, "Closed by this client");
  }

  /** Leave the present connection or the wait for the next, and connect at once. */
  reconnect() {
    this.#detach();
    this.#attempt = 0;
    this.#welcomed ??= deferred();
    this.#open();
  }

  /**
   * @param {string} name a connection event, or a channel such as `price:BTCUSDT`, whose data frames are handed over
   * @param {(value: any) => void} handler
   */
  on(name, handler) {
    this.#events.on(name, handler);
  }

  /**
   * @param {string} name
   * @param {(value: any) => void} handler
   */
  off(name, handler) {
    this.#events.off(name, handler);
  }

  /**
   * @param {string} type a frame's `type`: `price`, `subscribed`, `resync`, `error` …
   * @param {(frame: Frame) => void} handler
   */
  onMessage(type, handler) {
    this.#messages.on(type, handler);
  }

  /**
   * @param {string} type
   * @param {(frame: Frame) => void} handler
   */
  offMessage(type, handler) {
    this.#messages.off(type, handler);
  }

  /**
   * Subscribe now and after each reconnect. A refused channel is forgotten, and the refusal told as `error`; only
   * `unavailable` (the server knows no symbols yet) is asked for again.
   *
   * @param {string | string[]} channels those that are subscribed already keep their options
   * @param {SubscriptionOptions} [options]
   */
  subscribe(channels, options = {}) {
    const added = this.#subscriptions.add([channels].flat(), options);
    if (this.#state === "connected") this.#request(added);
  }

  /** @param {string | string[]} channels */
  unsubscribe(channels) {
    const removed = this.#subscriptions.remove([channels].flat());
    if (this.#state === "connected" && removed.length) this.#send({ type: "unsubscribe", channels: removed });
  }

  #open() {
    const socket = new this.#options.WebSocket(this.#url);
    this.#socket = socket;
    this.#state = this.#attempt ? "reconnecting" : "connecting";
    this.#timer = setTimeout(() => this.#abandon("No welcome from the server"), this.#options.connectTimeout);
    socket.onmessage = (event) => this.#receive(socket, event.data);
    socket.onclose = (event) => this.#lost(event.code, event.reason);
    socket.onerror = (event) => this.#failed(event);
    this.#events.emit("connecting", { attempt: this.#attempt });
  }

  /** A close event follows each error, and leads to the next attempt or, after a refusal, to the end. */
  #failed({ message = "The connection failed" }) {
    this.#refusal = refusalOf({ message });
    this.#error({ code: this.#refusal?.code ?? "socket_error", message: this.#refusal?.message ?? message });
  }

  #receive(socket, payload) {
    try {
      for (const frame of decodeFrames(payload, this.#options.parse)) {
        if (this.#socket !== socket) return; // a handler has left the connection of which the rest speaks
        this.#handle(frame);
      }
    } catch (error) {
      if (error.code !== "unreadable_frame") throw error;
      this.#error({ code: error.code, message: error.message });
    }
  }

  /** @param {Frame} frame */
  #handle(frame) {
    if (frame.type === "connected") this.#welcome(frame);
    else if (frame.type === "pong") this.#heartbeat.pong();
    else if (frame.type === "error") this.#refused(frame);
    this.#messages.emit(frame.type, frame);
    if (frame.type === "resync") this.#events.emit("resync", resyncOf(frame));
    if (frame.channel && !NO_DATA.has(frame.type)) this.#events.emit(frame.channel, frame);
  }

  #welcome(frame) {
    clearTimeout(this.#timer);
    this.#state = "connected";
    this.#connectedAt = this.#options.now();
    this.#request(this.#subscriptions.channels);
    this.#heartbeat.start();
    this.#welcomed?.resolve();
    this.#events.emit("connected", frame.data);
  }

  #refused({ channel, data }) {
    if (channel && data?.code === "unavailable") this.#retryLater(channel);
    else if (channel) this.#subscriptions.remove([channel]);
    this.#error({ code: data?.code, message: data?.message, ...(channel ? { channel } : {}) });
  }

  #retryLater(channel) {
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      if (this.#subscriptions.has(channel)) this.#request([channel]);
    }, this.#options.retryUnavailableAfter);
    this.#retries.add(timer);
  }

  #lost(code, reason) {
    const lasted = this.#options.now() - this.#connectedAt;
    const refusal = this.#refusal;
    this.#detach();
    const next = refusal?.next ?? afterClose(code, reason);
    if (next === "stop") this.#giveUp(code, refusal?.message ?? reason);
    else this.#retry(next, lasted, { code, reason: refusal?.message ?? reason });
  }

  /**
   * @param {"retry" | "wait"} next
   * @param {number} lasted how long the connection was there, ms
   * @param {{code: number, reason: string}} close
   */
  #retry(next, lasted, close) {
    if (lasted >= this.#options.stableAfter) this.#attempt = 0;
    const delay = next === "wait" ? LONGEST_DELAY_MILLISECONDS : this.#options.reconnectDelay(this.#attempt);
    this.#attempt += 1;
    this.#state = "reconnecting";
    this.#timer = setTimeout(() => this.#open(), delay);
    this.#events.emit("reconnecting", { attempt: this.#attempt, delay, ...close });
  }

  /** Treat as lost a connection whose other end is silent: its own close event may be minutes away. */
  #abandon(reason) {
    const socket = this.#socket;
    this.#error({ code: "timeout", message: reason });
    if (this.#socket === socket) this.#lost(LOST_WITHOUT_CODE, reason); // no handler has left it meanwhile
  }

  #giveUp(code, reason) {
    this.#state = "disconnected";
    this.#attempt = 0;
    this.#welcomed?.reject(new ConnectionClosedError(code, reason));
    this.#welcomed = null;
    this.#events.emit("disconnected", { code, reason });
  }

  /** Stop every timer and let go of the socket, so that nothing of it can reach this client any more. */
  #detach() {
    clearTimeout(this.#timer);
    for (const timer of this.#retries) clearTimeout(timer);
    this.#retries.clear();
    this.#heartbeat.stop();
    this.#connectedAt = Infinity;
    this.#refusal = undefined;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.onerror = () => undefined; // `ws` raises an unhandled one when a handshake is cut short
    socket.close();
  }

  #request(channels) {
    for (const frame of this.#subscriptions.frames(channels)) this.#send(frame);
  }

  #send(frame) {
    this.#socket?.send(JSON.stringify(frame));
  }

  #error(error) {
    this.#events.emit("error", error);
  }
}

function deferred() {
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  result.promise.catch(() => undefined); // who doesn't await `connect` hears of it by the `disconnected` event
  return result;
}
