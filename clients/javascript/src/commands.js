/**
 * Commands that wait for a connection or for their answer. One that was under way when the connection was lost goes
 * out again on the next with the same id, by which the server carries it out once.
 */
import { CommandRefusedError, CommandTimeoutError, QueueFullError } from "./errors.js";
import { sendable } from "./frame_size.js";
import { LONGEST_TIMER } from "./options.js";

/** The server's second, with some room for frames that the network brings closer together. */
const SECOND = 1_100;

/**
 * @typedef {object} Command
 * @property {string} text the frame
 * @property {(data: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {ReturnType<typeof setTimeout>} timer
 * @property {() => void} leave the signal by which it may be withdrawn is heeded no more
 * @property {boolean} isNew it was never sent
 * @property {boolean} isDue it is to be sent on this connection, or the next
 */

export class Commands {
  #options;
  #send;
  /** @type {Map<string, Command>} by id, the oldest first */
  #commands = new Map();
  #prefix = crypto.getRandomValues(new Uint32Array(3)).join("-");
  #count = 0;
  #isOpen = false;
  /** @type {number[]} when the last commands went out on this connection */
  #sent = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {{commandTimeout: number, queueLimit: number, commandsPerSecond: number, now: () => number}} options
   * @param {(text: string) => void} send
   */
  constructor(options, send) {
    this.#options = options;
    this.#send = send;
  }

  /** How many were never sent. */
  get queued() {
    return [...this.#commands.values()].filter(({ isNew }) => isNew).length;
  }

  /**
   * @param {string} action
   * @param {object} params
   * @param {number} [timeout] ms; the time in the queue counts
   * @param {string} [id] of one that is given again, once the first is no longer waited for
   * @param {AbortSignal} [signal] withdraws it: it isn't sent again, and rejected with the signal's reason
   * @returns {Promise<any>} the answer's data; rejected with TypeError for an id that is empty, or under way
   */
  async call(action, params, timeout = this.#options.commandTimeout, id = `${this.#prefix}-${++this.#count}`, signal) {
    signal?.throwIfAborted();
    if (id === "" || this.#commands.has(id)) throw new TypeError("The id is empty, or under way");
    if (this.queued >= this.#options.queueLimit + this.#room) throw new QueueFullError(this.#options.queueLimit);
    const text = sendable({ type: "command", id, timestamp: Date.now(), action, params });
    return new Promise((resolve, reject) => {
      const late = () => this.#take(id)?.reject(new CommandTimeoutError(action, timeout));
      const timer = setTimeout(late, Math.min(timeout, LONGEST_TIMER));
      const withdraw = () => this.#take(id)?.reject(signal?.reason);
      const leave = () => signal?.removeEventListener("abort", withdraw);
      signal?.addEventListener("abort", withdraw);
      this.#commands.set(id, { text, resolve, reject, timer, leave, isNew: true, isDue: true });
      this.#sendDue();
    });
  }

  /** @param {import("../protocol.js").Frame} response one that nobody waits for any more is no error */
  answered({ id, success, data, error }) {
    const command = this.#take(id ?? "");
    if (success === true) command?.resolve(data);
    else command?.reject(new CommandRefusedError(error));
  }

  /** Send what was under way when the last connection was lost, then what has waited, in the order of the calls. */
  opened() {
    this.#isOpen = true;
    this.#sendDue();
  }

  closed() {
    this.#isOpen = false;
    this.#sent = [];
    clearTimeout(this.#timer);
    for (const command of this.#commands.values()) command.isDue = true;
  }

  /** @param {Error} error why none of them will be answered */
  rejectAll(error) {
    for (const id of [...this.#commands.keys()]) this.#take(id)?.reject(error);
  }

  /** How many the server would take now. */
  get #room() {
    const since = this.#options.now() - SECOND;
    this.#sent = this.#sent.filter((time) => time > since);
    return this.#isOpen ? this.#options.commandsPerSecond - this.#sent.length : 0;
  }

  #sendDue() {
    clearTimeout(this.#timer);
    for (const command of [...this.#commands.values()].filter(({ isDue }) => isDue)) {
      if (this.#room <= 0) {
        if (this.#isOpen) this.#timer = setTimeout(() => this.#sendDue(), this.#sent[0] + SECOND - this.#options.now());
        return;
      }
      this.#sent.push(this.#options.now());
      command.isNew = command.isDue = false;
      this.#send(command.text);
    }
  }

  /** @param {string} id */
  #take(id) {
    const command = this.#commands.get(id);
    clearTimeout(command?.timer);
    command?.leave();
    this.#commands.delete(id);
    return command;
  }
}
