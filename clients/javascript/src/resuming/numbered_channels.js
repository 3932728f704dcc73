/** Subscribing so that nothing is lost or told twice: what is said to the server of it, and what the program is to hear. */
import { Resuming } from "./resuming.js";
import { inParts } from "../subscriptions.js";

/** @typedef {import("../../protocol.js").Frame} Frame */
/** @typedef {import("../../protocol.js").Resync} Resync */

/**
 * In ms, so long channels are gathered that are to be asked for again: alone each took two of the 100 messages a second
 * that the server takes, and it drops the others.
 */
const GATHERING = 50;

export class NumberedChannels {
  #resuming;
  #subscriptions;
  #options;
  #send;
  #tell;
  /** @type {Set<{channels: string[], resolve: (isWhole: boolean) => void}>} */
  #waiting = new Set();
  /** @type {Set<string>} those to be asked for again */
  #toAsk = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import("../subscriptions.js").Subscriptions} subscriptions
   * @param {Required<import("../../protocol.js").ClientOptions>} options
   * @param {(frame: object) => void} send
   * @param {(resync: Resync) => void} tell is told what nobody can bring
   */
  constructor(subscriptions, options, send, tell) {
    this.#resuming = new Resuming(subscriptions);
    this.#subscriptions = subscriptions;
    this.#options = options;
    this.#send = send;
    this.#tell = tell;
  }

  /** @param {string[]} channels to ask for, from where the program stands on them */
  subscribe(channels) {
    const asks = (/** @type {string[]} */ named) => this.#resuming.asks(named);
    for (const frame of this.#subscriptions.frames(channels, asks)) this.#send(frame);
  }

  /** @param {string[]} channels that are wanted no more: something else that is wanted may hear them */
  unsubscribed(channels) {
    this.forget(channels.filter((channel) => !this.#subscriptions.thatHear(channel).length));
  }

  /** @param {string[]} channels */
  forget(channels) {
    this.#resuming.forget(channels);
    this.#settle();
  }

  /** Somebody else reads now, whom nobody owes what the former has missed. */
  forgetAll() {
    this.#resuming.forgetAll();
    this.#settle();
  }

  /** The connection is gone. */
  closed() {
    this.#stopGathering();
    this.#resuming.opened();
    this.#settle();
  }

  /**
   * Whether the program is to be handed a frame: it hears nothing twice, and nothing before its turn.
   *
   * @param {Frame} frame
   */
  isNew(frame) {
    const verdict = this.#resuming.take(frame, Date.now());
    return verdict === "new" || (verdict === "gap" && !this.#recover(frame));
  }

  /**
   * Take what a frame says of subscriptions, once the program has been handed it.
   *
   * @param {Frame} frame
   */
  handled(frame) {
    const { type, channel, data } = frame;
    if (type === "subscribed" && channel !== undefined) this.#answered({ ...frame.resumed, [channel]: frame });
    else if (type === "error" && channel === undefined && isOfPositions(data)) this.#goOnWithoutPositions();
    this.#settle();
  }

  /**
   * @param {string[]} channels
   * @returns {Promise<boolean>} as the client's
   */
  resumed(channels) {
    return new Promise((resolve) => {
      this.#waiting.add({ channels, resolve });
      this.#settle();
    });
  }

  /**
   * Ask again from the last number; where that doesn't help, say what is missing.
   *
   * @param {{channel?: string, epoch?: string, seq?: number}} told behind a gap: a frame, or where the channel stands
   * @returns {boolean} whether it comes again
   */
  #recover({ channel = "", epoch = "", seq = 0 }) {
    if (this.#subscriptions.thatHear(channel).length && this.#resuming.recover(channel, epoch, this.#options.now())) {
      this.#toAsk.add(channel);
      this.#timer ??= setTimeout(() => this.#askForMissing(), GATHERING);
      return true;
    }
    this.#lost(this.#resuming.lost(channel, "jumped", Date.now()));
    this.#resuming.accept(channel, { epoch, seq }, Date.now());
    return false;
  }

  /** By all that hears the channels: were one left, the server would resume nothing for the others. */
  #askForMissing() {
    const missing = [...this.#toAsk].filter((channel) => this.#resuming.recovering.has(channel));
    this.#stopGathering();
    const channels = [...new Set(missing.flatMap((channel) => this.#subscriptions.thatHear(channel)))];
    for (const frame of inParts({ type: "unsubscribe", channels })) this.#send(frame);
    this.subscribe(channels);
  }

  #stopGathering() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#toAsk.clear();
  }

  /** @param {Record<string, object>} standing what was said of each channel's history */
  #answered(standing) {
    for (const loss of this.#resuming.leftOut(Object.keys(standing), Date.now())) this.#lost(loss);
    for (const [channel, told] of Object.entries(standing)) {
      if (this.#resuming.began(channel, told)) this.#recover({ ...told, channel });
      else this.#lost(this.#resuming.answered(channel, told, Date.now()));
    }
  }

  #goOnWithoutPositions() {
    const losses = this.#resuming.refused(Date.now());
    this.subscribe(losses.map(({ channel }) => channel).filter((channel) => this.#subscriptions.has(channel)));
    for (const loss of losses) this.#lost(loss);
  }

  /** @param {import("./resuming.js").Loss | null} loss */
  #lost(loss) {
    if (!loss) return;
    const [from, to] = [Math.min(loss.since, Date.now()), Date.now()].map((time) => this.#written(time));
    this.#tell({ channel: loss.channel, from, to, complete: false, reason: loss.reason });
  }

  /** @param {number} time ms since the epoch, as the dialect writes it */
  #written(time) {
    return this.#options.dialect === "market" ? new Date(time).toISOString() : time;
  }

  #settle() {
    for (const waiting of this.#waiting) {
      const outcome = this.#resuming.outcome(waiting.channels);
      if (outcome === null) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(outcome);
    }
  }
}

/**
 * Whether a refusal is of the positions in a message: then nothing of the message was done.
 *
 * @param {{code?: string, message?: string} | undefined} told
 */
function isOfPositions(told) {
  return told?.code === "invalid_message" && told.message?.startsWith("since ");
}
