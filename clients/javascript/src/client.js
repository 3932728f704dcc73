/**
 * A connection to Tidewire that survives: it reconnects with jittered back-off, logs in and subscribes again, sends
 * what has waited, and tells by events what happens. Runs in browsers and Node ≥ 20, and needs no other package.
 */
import { Commands } from "./commands.js";
import { Emitter } from "./emitter.js";
import { NO_DATA, resyncOf } from "./frames.js";
import { Heartbeat } from "./heartbeat.js";
import { NumberedChannels } from "./resuming/numbered_channels.js";
import { addressOf, withDefaults } from "./options.js";
import { ConnectionQuality } from "./quality.js";
import { Session } from "./session.js";
import { Subscriptions, inParts } from "./subscriptions.js";

/** @typedef {import("../protocol.js").Frame} Frame */
/** @typedef {import("../protocol.js").SubscriptionOptions} SubscriptionOptions */

/** In ms: a channel may be of a part that isn't there at all, and is asked for ever more seldom. */
const LONGEST_RETRY = 300_000;

/** The events of `on`, and what they carry, are `ConnectionEvents` in protocol.d.ts. */
export class TidewireClient {
  #options;
  #events = new Emitter();
  #messages = new Emitter();
  #subscriptions = new Subscriptions();
  #channels;
  #quality = new ConnectionQuality();
  #heartbeat;
  #session;
  #commands;
  /** @type {Map<string, { timer?: ReturnType<typeof setTimeout>, after: number }>} by channel: each is asked for in one chain */
  #retries = new Map();

  /**
   * @param {string | URL} url `ws://host/ws` or `wss://host/ws`; anything that is no URL raises TypeError
   * @param {import("../protocol.js").ClientOptions} [options]
   */
  constructor(url, options = {}) {
    this.#options = withDefaults(options);
    this.#session = new Session(addressOf(url, this.#options.dialect), this.#options, {
      event: (name, value) => this.#events.emit(name, value),
      frame: (frame) => this.#handle(frame),
      ready: () => this.#ready(),
      closed: (wasLost) => this.#closed(wasLost),
      ended: (error) => this.#commands.rejectAll(error),
      userChanged: () => this.#channels.forgetAll(),
    });
    this.#channels = new NumberedChannels(this.#subscriptions, this.#options, (frame) => this.#send(frame), (resync) => this.#events.emit("resync", resync));
    this.#commands = new Commands(this.#options, (text) => this.#session.send(text));
    this.#heartbeat = new Heartbeat(this.#options, {
      ping: () => this.#send({ type: "ping", timestamp: Date.now() }),
      latency: (milliseconds) => this.#measured(milliseconds),
      missed: (inARow) => this.#missed(inARow),
      dead: () => this.#session.abandon("No answer to a ping"),
    });
  }

  get state() {
    return this.#session.state;
  }

  /** The channels that are subscribed, or will be once there is a connection. */
  get channels() {
    return this.#subscriptions.channels;
  }

  /** Who is logged in, as far as the server told; null for nobody. */
  get userId() {
    return this.#session.userId;
  }

  get quality() {
    return this.#quality.summary();
  }

  /** @returns {import("../protocol.js").Statistics} */
  get statistics() {
    const { framesReceived, framesSent, connectedAt } = this.#session;
    const { disconnections } = this.#quality;
    const [queued, subscriptions] = [this.#commands.queued, this.channels.length];
    return { framesReceived, framesSent, connectedAt, disconnections, queued, subscriptions };
  }

  /**
   * Connect, and stay connected until `disconnect`. Safe to call twice.
   *
   * @returns {Promise<void>} settles when logged in and subscribed; rejected with ConnectionClosedError or
   *   AuthenticationError when it is given up before (it may be left unobserved: the events tell the same)
   */
  connect() {
    return this.#session.connect();
  }

  /** Close the connection and stop trying; subscriptions are kept for the next `connect`. Safe to call twice. */
  disconnect() {
    this.#session.disconnect();
  }

  /** Leave the present connection or the wait for the next, and connect at once; settles as `connect`. */
  reconnect() {
    return this.#session.reconnect();
  }

  /**
   * Log in with another token: on the live connection where the server can, else on a new one. Null signs out.
   *
   * @param {import("../protocol.js").TokenSource} source
   * @returns {Promise<void>} rejected with AuthenticationError where it is refused: then the former login stands
   */
  setToken(source) {
    return this.#session.setToken(source);
  }

  /**
   * @template {string} Name
   * @param {Name} name a connection event, a channel, or a wildcard over channels (`price:*`, `grid.*.status`, `*`)
   * @param {(value: import("../protocol.js").EventOf<Name>) => void} handler
   */
  on(name, handler) {
    this.#events.on(name, handler);
  }

  /**
   * @template {string} Name
   * @param {Name} name
   * @param {(value: import("../protocol.js").EventOf<Name>) => void} handler
   */
  off(name, handler) {
    this.#events.off(name, handler);
  }

  /**
   * @template {string} Type
   * @param {Type} type a frame's `type`: `price`, `subscribed`, `resync`, `error` …; `*` for every frame
   * @param {(frame: import("../protocol.js").FrameOf<Type>) => void} handler
   */
  onMessage(type, handler) {
    this.#messages.on(type, handler);
  }

  /**
   * @template {string} Type
   * @param {Type} type
   * @param {(frame: import("../protocol.js").FrameOf<Type>) => void} handler
   */
  offMessage(type, handler) {
    this.#messages.off(type, handler);
  }

  /**
   * Subscribe now and after each reconnect. A refused channel is forgotten, and the refusal told as `error`; only
   * `unavailable` (no symbols are known yet, or no app makes the channel) is asked for again, ever more seldom.
   *
   * Where the server numbers what it tells, each event comes once and in order, also those of a while without a
   * connection; what can't be told any more is told as `resync`, with a `reason`.
   *
   * @param {string | string[]} channels those that are subscribed already keep their options
   * @param {SubscriptionOptions} [options]
   * @throws {import("./errors.js").MessageTooLargeError} for a name that is over the server's limit of a frame
   */
  subscribe(channels, options = {}) {
    this.#request(this.#subscriptions.add([channels].flat(), options));
  }

  /** @param {string | string[]} channels */
  unsubscribe(channels) {
    const removed = this.#subscriptions.remove([channels].flat());
    for (const channel of removed) this.#retryNoMore(channel);
    this.#channels.unsubscribed(removed);
    if (this.state !== "connected") return;
    for (const frame of inParts({ type: "unsubscribe", channels: removed })) this.#send(frame);
  }

  /**
   * Whether the present connection told all that was missed on channels before it, once it has: then nothing needs to
   * be loaded anew. False as soon as that is known not to be so: of one the history has ended or is kept no longer, the
   * server keeps none, or this is the first connection.
   *
   * @param {string | string[]} channels
   * @returns {Promise<boolean>}
   */
  resumed(channels) {
    return this.#channels.resumed([channels].flat());
  }

  /** Ask for every channel again; a reconnect does so by itself. */
  resubscribe() {
    this.#request(this.channels);
  }

  /**
   * Have the server do or answer something. Without a connection it waits for one, in a bounded queue.
   *
   * @param {string} action such as `market.history`
   * @param {object} [params]
   * @param {{timeout?: number, id?: string, signal?: AbortSignal}} [options] ms; the time in the queue counts. `id`: of
   *   one's own; the server carries out one that changes something once for it, within 24 hours, also after a restart of
   *   the program. `signal` withdraws it, with its reason: it isn't sent (again) any more; what was sent may be done
   * @returns {Promise<any>} the answer's data; rejected with CommandRefusedError, CommandTimeoutError, QueueFullError,
   *   MessageTooLargeError (over 64 KiB), TypeError (an id that is under way here), or ConnectionClosedError when the
   *   connection is given up
   */
  command(action, params = {}, { timeout, id, signal } = {}) {
    return this.#commands.call(action, params, timeout, id, signal);
  }

  #ready() {
    this.#quality.opened();
    this.#request(this.channels);
    this.#commands.opened();
    this.#heartbeat.start();
  }

  /** @param {boolean} wasLost */
  #closed(wasLost) {
    if (wasLost) this.#quality.disconnections += 1;
    for (const { timer } of this.#retries.values()) clearTimeout(timer);
    this.#retries.clear();
    this.#heartbeat.stop();
    this.#channels.closed();
    this.#commands.closed();
  }

  /** @param {Frame} frame */
  #handle(frame) {
    if (!this.#channels.isNew(frame)) return;
    if (frame.type === "pong") this.#heartbeat.pong();
    else if (frame.type === "response") this.#commands.answered(frame);
    else if (frame.type === "error") this.#refused(frame);
    this.#messages.emitMatching(frame.type, frame);
    if (frame.type === "resync") this.#events.emit("resync", resyncOf(frame));
    if (frame.channel && !NO_DATA.has(frame.type)) this.#events.emitMatching(frame.channel, frame);
    this.#channels.handled(frame);
  }

  /** @param {Frame} frame */
  #refused({ channel, data }) {
    if (channel && data?.code === "unavailable" && this.#subscriptions.has(channel)) this.#retryLater(channel);
    else if (channel) this.#forget(channel);
    this.#events.emit("error", { code: data?.code, message: data?.message, ...(channel ? { channel } : {}) });
  }

  /** @param {string} channel that was refused: one that is subscribed, or one below a pattern */
  #forget(channel) {
    this.#subscriptions.remove([channel]);
    this.#channels.forget([channel]);
  }

  /** @param {string} channel */
  #retryLater(channel) {
    const { timer, after } = this.#retries.get(channel) ?? { after: this.#options.retryUnavailableAfter };
    clearTimeout(timer);
    const retry = () => {
      this.#retries.set(channel, { after: Math.min(after * 2, LONGEST_RETRY) });
      this.#request([channel]);
    };
    this.#retries.set(channel, { timer: setTimeout(retry, after), after });
  }

  /** @param {string} channel */
  #retryNoMore(channel) {
    clearTimeout(this.#retries.get(channel)?.timer);
    this.#retries.delete(channel);
  }

  /** @param {number} milliseconds */
  #measured(milliseconds) {
    this.#quality.measured(milliseconds);
    this.#events.emit("latency", { milliseconds });
    this.#events.emit("quality", this.quality);
  }

  /** @param {number} inARow */
  #missed(inARow) {
    this.#quality.missed();
    this.#events.emit("missed", { missed: this.quality.missed, inARow });
    this.#events.emit("quality", this.quality);
  }

  /** @param {string[]} channels */
  #request(channels) {
    if (this.state === "connected") this.#channels.subscribe(channels);
  }

  /** @param {object} frame */
  #send(frame) {
    this.#session.send(JSON.stringify(frame));
  }
}
