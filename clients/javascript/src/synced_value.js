/** One value of the server's that is shown, and changed, here: state_sync.js tells how. */
import { Emitter, matches } from "./emitter.js";
import { PendingChanges, attempt } from "./pending_changes.js";
import { reconnectDelay } from "./reconnection.js";
import { toldAllMissed } from "./resuming/told_all_missed.js";

/** Snapshots that failed by one of these are asked for again. */
const PASSING = new Set(["TIMEOUT", "UNAVAILABLE", "RATE_LIMITED", "QUEUE_FULL"]);

/** Within so many ms of a gap the snapshot is loaded: all clients of a gateway hear of it in the same moment. */
const GAP_SPREAD = 2_000;

/**
 * One value. Events: `change` (it), `rollback` {error, value} (a change was refused, or not answered), `error` (the
 * snapshot could not be loaded).
 *
 * @template Value
 */
export class SyncedValue {
  #connection;
  #definition;
  #events = new Emitter();
  /** @type {any} the server's value, as far as known */
  #base;
  /** @type {any} with the changes that are not confirmed yet */
  #value;
  #pending = new PendingChanges();
  /** @type {any[] | null} events since the snapshot under way was asked for */
  #arrived = null;
  #run = 0;
  #failures = 0;
  /** @type {any} of a snapshot that is to come; undefined where none is awaited */
  #timer;
  #isUsed = false;
  /** Whether the value is what the server's was when the last event came. */
  #isInStep = false;
  /** Changes with each connection. */
  #turn = 0;

  /**
   * @param {import("../state.js").StateConnection} connection
   * @param {import("../state.js").Definition<Value>} definition
   */
  constructor(connection, definition) {
    this.#connection = connection;
    this.#definition = definition;
  }

  /** @returns {Value | undefined} undefined until the first snapshot is there */
  get value() {
    this.#use();
    return this.#value;
  }

  /** How many changes the server has not answered. */
  get pending() {
    return this.#pending.count;
  }

  /** @type {import("../state.js").Listen} */
  on(name, handler) {
    this.#events.on(name, handler);
    this.#use();
  }

  /** @type {import("../state.js").Listen} */
  off(name, handler) {
    this.#events.off(name, handler);
  }

  /**
   * Load the snapshot anew, in place of one that is under way.
   *
   * @returns {Promise<void>} rejected, and told as `error`, where it fails
   */
  load() {
    this.#begin();
    return observed(this.#load());
  }

  /**
   * Change the value at once, and let the server confirm it.
   *
   * @param {Value | ((value: Value) => Value)} change what it is to be, or how to make it, perhaps again on a newer one
   * @param {() => Promise<Value | void>} send what it answers replaces the value; undefined lets the change stand
   * @returns {Promise<void>} rejected with the refusal after the change was taken back (`rollback` tells the same)
   */
  update(change, send) {
    this.#use();
    const made = typeof change === "function" ? /** @type {(value: any) => any} */ (change) : () => change;
    const pending = this.#pending.add(made, this.#value);
    this.#show(pending.local);
    return observed(this.#confirm(pending, send));
  }

  /** Forget the value, and let go of the connection, until the next use. */
  close() {
    this.#stopTimer();
    this.#run += 1;
    this.#turn += 1;
    this.#isInStep = false;
    this.#arrived = null;
    this.#base = this.#value = undefined;
    this.#pending.clear();
    this.#follow("off");
    this.#isUsed = false;
  }

  #use() {
    if (this.#begin() && this.#connection.state === "connected") this.#reload();
  }

  #begin() {
    if (this.#isUsed) return false;
    this.#isUsed = true;
    this.#follow("on");
    return true;
  }

  /** @param {"on" | "off"} how */
  #follow(how) {
    for (const channel of this.#definition.channels ?? []) this.#connection[how](channel, this.#receive);
    this.#connection[how]("connected", this.#goOn);
    this.#connection[how]("authenticated", this.#complete);
    this.#connection[how]("resync", this.#missed);
  }

  /**
   * Go on where a new connection tells all that was missed; else load the snapshot, once that is known. Until then
   * events change the value as ever: those that were missed are in a snapshot of afterwards already.
   */
  #goOn = async () => {
    const turn = ++this.#turn;
    const isWhole = this.#isInStep && (await toldAllMissed(this.#connection, this.#definition.channels)) && this.#isInStep;
    if (turn === this.#turn && !isWhole) this.#reload();
  };

  /** A login without a new connection may open what was refused before. */
  #complete = () => {
    if (this.#base === undefined) this.#reload();
  };

  /**
   * Events are missing that nobody can bring; of a pattern, it isn't known of which of its channels.
   *
   * @param {import("../protocol.js").Resync} resync
   */
  #missed = ({ channel, complete }) => {
    if (complete || !this.#definition.channels?.some((name) => matches(name, channel) || matches(channel, name))) return;
    this.#isInStep = false;
    this.#loadSoon();
  };

  #loadSoon() {
    this.#timer ??= setTimeout(this.#due, Math.random() * GAP_SPREAD);
  }

  #due = () => {
    this.#stopTimer();
    if (this.#arrived) this.#loadSoon(); // were it begun anew, gaps in close succession would let none be finished
    else this.#reload();
  };

  #stopTimer() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #reload = () => {
    if (this.#isUsed && this.#connection.state === "connected") observed(this.#load()); // else once it is again
  };

  async #load() {
    this.#stopTimer();
    this.#isInStep = false;
    const run = ++this.#run;
    this.#arrived = [];
    try {
      const snapshot = await this.#definition.load();
      if (run === this.#run) this.#loaded(snapshot);
    } catch (error) {
      if (run !== this.#run) return;
      this.#failed(error);
      throw error;
    }
  }

  /** @param {Value} snapshot */
  #loaded(snapshot) {
    this.#failures = 0;
    this.#isInStep = true;
    const arrived = this.#arrived ?? [];
    this.#arrived = null;
    this.#news(snapshot, arrived);
  }

  /**
   * Go on with what is known, unless it is no longer this user's to see.
   *
   * @param {any} error
   */
  #failed(error) {
    const arrived = this.#arrived ?? [];
    this.#arrived = null;
    if (PASSING.has(error.code)) {
      this.#stopTimer();
      this.#timer = setTimeout(this.#due, reconnectDelay(this.#failures++));
    }
    this.#events.emit("error", error);
    this.#news(error.code === "PERMISSION_DENIED" ? undefined : this.#base, arrived);
  }

  /** @param {any} event */
  #receive = (event) => {
    if (this.#arrived) this.#arrived.push(event);
    else this.#news(this.#base, [event]);
  };

  /**
   * @param {any} base
   * @param {any[]} events
   */
  #news(base, events) {
    const { apply, resolve } = this.#definition;
    if (apply && base !== undefined) {
      for (const event of events) base = attempt(() => apply(base, event), base);
    }
    this.#rebase(base, resolve);
  }

  /**
   * @param {import("../state.js").Pending<any>} pending
   * @param {() => Promise<any>} send
   */
  async #confirm(pending, send) {
    let answer;
    try {
      answer = await send();
    } catch (/** @type {any} */ error) {
      if (this.#pending.has(pending)) this.#takeBack(pending, error);
      throw error;
    }
    if (!this.#pending.has(pending)) return; // the value was closed meanwhile
    this.#answered(pending, answer === undefined ? this.#pending.kept(pending, this.#base) : answer);
    if (this.#arrived) this.#reload(); // the snapshot under way may be of the time before
  }

  /**
   * @param {import("../state.js").Pending<any>} pending
   * @param {any} error
   */
  #takeBack(pending, error) {
    this.#isInStep = false; // what was cut off may have been done
    this.#answered(pending, this.#base);
    this.#events.emit("rollback", { error, value: this.#value });
    if (/^(TIMEOUT|UNAVAILABLE|INTERNAL_ERROR)$/.test(error.code)) this.#reload(); // nobody knows whether the server acted
  }

  /**
   * @param {import("../state.js").Pending<any>} pending
   * @param {any} base
   */
  #answered(pending, base) {
    this.#pending.remove(pending);
    this.#rebase(base);
  }

  /**
   * Take a value of the server's, with the changes that it has not answered on top, in their order.
   *
   * @param {any} base
   * @param {import("../state.js").Definition<any>["resolve"]} [resolve]
   */
  #rebase(base, resolve) {
    this.#base = base;
    this.#show(this.#pending.on(base, resolve));
  }

  /** @param {any} value */
  #show(value) {
    if (value === this.#value) return;
    this.#value = value;
    this.#events.emit("change", value);
  }
}

/**
 * A promise that may be left unobserved, as an event tells the same.
 *
 * @param {Promise<void>} promise
 */
function observed(promise) {
  promise.catch(() => undefined);
  return promise;
}
