/**
 * Where the program stands on each channel whose events are numbered, and what is missing there. Pure: the time is given.
 *
 * A frame carries its channel's `epoch` and its number `seq` in it. After a reconnect the client asks from the last that
 * it handed over; a number that is missing on a live connection is asked for in the same way.
 */
import { SEQUENCE_CHANNELS } from "../channel_types.js";
import { matches } from "../emitter.js";
import { NO_DATA, isDotted } from "../frames.js";

/** @typedef {{epoch: string, seq: number}} Position the number of an event in the history of its channel */
/** @typedef {import("../../protocol.js").Frame} Frame */
/** @typedef {{channel: string, reason: string, since: number}} Loss what was missed since then (ms) can't be told */

/** So often in so many ms a channel is asked for again, which would be without end where each answer has holes. */
const MOST_ATTEMPTS = 3;
const ATTEMPTS_WINDOW = 60_000;

/** So many positions are kept: the events below a pattern may name new channels without end. */
const MOST_PLACES = 10_000;

/** So many channels below patterns a frame names: it must stay below 64 KiB. The others' loss is told by their next. */
const MOST_BELOW_PATTERNS = 200;

/** Of a channel that was acknowledged, and in whose history nothing was told yet. */
const SILENT = { epoch: "", seq: 0 };

export class Resuming {
  /** @type {Map<string, {position: Position, at: number}>} the last that the program was handed, and when (ms) */
  #places = new Map();
  /** @type {Map<string, number | null>} channels that are being resumed: the number at which they are, null before the answer */
  #awaited = new Map();
  /** @type {Set<string>} those of the awaited of which frames of before the answer may still come */
  recovering = new Set();
  /** @type {Set<string>} those of which this connection has told all that was missed */
  #resumed = new Set();
  /** @type {Map<string, number[]>} */
  #attempts = new Map();
  #wanted;

  /** @param {import("../subscriptions.js").Subscriptions} wanted all places of other names are of channels below patterns */
  constructor(wanted) {
    this.#wanted = wanted;
  }

  /** Note that there is another connection, or none: nothing was asked on it. */
  opened() {
    this.#awaited.clear();
    this.recovering.clear();
    this.#resumed.clear();
  }

  /** @param {string[]} channels to forget, and of a wildcard all that it matches and nothing hears any more that is wanted */
  forget(channels) {
    for (const channel of [...channels, ...this.#unheardBelow(channels)]) {
      this.#places.delete(channel);
      this.#attempts.delete(channel);
      this.#noLonger(channel);
      this.#resumed.delete(channel);
    }
  }

  /** Somebody else reads now. */
  forgetAll() {
    this.#places.clear();
    this.opened();
  }

  /**
   * What a `subscribe` frame for these channels says of the history; the answer to each position that it names is awaited.
   *
   * @param {string[]} channels
   * @returns {{since?: Record<string, Position>}}
   */
  asks(channels) {
    const known = this.#resumable(channels);
    for (const channel of known) this.#awaited.set(channel, null);
    if (!known.length && !channels.some(mayCount)) return {};
    return { since: Object.fromEntries(known.map((channel) => [channel, /** @type {any} */ (this.#places.get(channel)).position])) };
  }

  /**
   * What a frame is: new to the program, which is noted as handed over; a double, which it is not to hear; or behind a
   * gap, which isn't noted: it comes again with what is missing, or is accepted.
   *
   * @param {Frame} frame
   * @param {number} now ms since the epoch
   * @returns {"new" | "double" | "gap"}
   */
  take({ type, channel, epoch, seq }, now) {
    const isNumbered = typeof epoch === "string" && typeof seq === "number";
    if (type === "subscribed" || channel === undefined) return "new";
    if (this.recovering.has(channel) && (isNumbered || !NO_DATA.has(type))) return "double"; // also of a snapshot: another comes, or what it tells
    if (!isNumbered) return "new";
    const last = this.#last(channel, epoch);
    if (last !== null && seq <= last) return "double";
    if (last !== null && seq > last + 1) return "gap";
    this.accept(channel, { epoch, seq }, now);
    return "new";
  }

  /**
   * @param {string} channel
   * @param {Position} position of the event that the program is handed
   * @param {number} now
   */
  accept(channel, position, now) {
    this.#note(channel, { position, at: now });
    if (this.#places.size > MOST_PLACES) this.#leaveOut();
    const reach = this.#awaited.get(channel) ?? Infinity;
    if (position.seq >= reach) this.#caughtUp(channel);
  }

  /**
   * Whether to ask for what is missing before a frame of `epoch`; false where that was tried too often.
   *
   * @param {string} channel
   * @param {string} epoch
   * @param {number} now monotonic, ms
   */
  recover(channel, epoch, now) {
    const attempts = (this.#attempts.get(channel) ?? []).filter((at) => at > now - ATTEMPTS_WINDOW);
    this.#attempts.set(channel, attempts);
    const place = this.#places.get(channel);
    if (!place || attempts.length >= MOST_ATTEMPTS) return false;
    attempts.push(now);
    if (place.position.epoch !== epoch) place.position = { epoch, seq: 0 };
    this.recovering.add(channel);
    this.#awaited.set(channel, null);
    return true;
  }

  /** The longest silent below the patterns. */
  #leaveOut() {
    for (const place of this.#places.keys()) {
      if (this.#wanted.has(place)) continue;
      this.#places.delete(place);
      return;
    }
  }

  /** Behind all others: the longest silent is left out first. @param {string} channel @param {{position: Position, at: number}} place */
  #note(channel, place) {
    this.#places.delete(channel);
    this.#places.set(channel, place);
  }

  /**
   * What is to be told of a channel of which events can't be brought.
   *
   * @param {string} channel
   * @param {string} reason
   * @param {number} now
   * @returns {Loss}
   */
  lost(channel, reason, now) {
    return { channel, reason, since: this.#places.get(channel)?.at ?? now };
  }

  /**
   * Whether events were told on a channel that was silent when it was acknowledged, all of them while there was no
   * connection: they are to be asked for by `recover`.
   *
   * @param {string} channel
   * @param {{seq?: number}} told the answer to a `subscribe`
   */
  began(channel, { seq }) {
    return this.#places.get(channel)?.position === SILENT && Number(seq) > 0;
  }

  /**
   * Take the answer to a `subscribe`. A server without the feature says nothing of the history: then it is as if
   * nobody had asked.
   *
   * @param {string} channel
   * @param {{recovered?: boolean, reason?: string, epoch?: string, seq?: number}} told
   * @param {number} now
   * @returns {Loss | null} what is to be told of a channel that was not recovered
   */
  answered(channel, { recovered, reason = "", epoch, seq }, now) {
    const standing = epoch === undefined || seq === undefined ? null : { epoch, seq };
    if (recovered === true && standing && this.#places.has(channel)) {
      this.#recovered(channel, standing);
      return null;
    }
    const loss = recovered === false ? this.lost(channel, reason, now) : null;
    this.#noLonger(channel);
    if (standing) this.#note(channel, { position: standing, at: now });
    else if (loss && reason !== "other_epoch") this.#places.delete(channel);
    else if (loss || !this.#places.has(channel)) this.#note(channel, { position: SILENT, at: now });
    if (standing || loss) this.#resumed.delete(channel);
    return loss;
  }

  /**
   * Await no more what an answer leaves out below its patterns: the server resumes nothing that it takes the client to hear.
   *
   * @param {string[]} named
   * @param {number} now
   * @returns {Loss[]} what is to be told of those behind a gap
   */
  leftOut(named, now) {
    const leftOut = [...this.recovering].filter((channel) => !named.includes(channel) && named.some((each) => matches(each, channel)));
    for (const channel of leftOut) this.#noLonger(channel);
    return leftOut.map((channel) => this.lost(channel, "jumped", now));
  }

  /**
   * The server takes no position of those that were asked for: forget them.
   *
   * @param {number} now
   * @returns {Loss[]} what is to be told
   */
  refused(now) {
    const unanswered = [...this.#awaited].filter(([, reach]) => reach === null).map(([channel]) => channel);
    const losses = unanswered.map((channel) => this.lost(channel, "refused", now));
    this.forget(unanswered);
    return losses;
  }

  /**
   * Whether this connection has told all that was missed on these channels; null while it still may. Of a pattern it
   * never has: nobody knows which channels began meanwhile.
   *
   * @param {string[]} channels
   */
  outcome(channels) {
    for (const awaited of this.#awaited.keys()) if (channels.some((channel) => matches(channel, awaited))) return null;
    return channels.length > 0 && channels.every((channel) => this.#resumed.has(channel));
  }

  /**
   * Those of which a position is known, and of a pattern those that it matches: first those that are recovered, of which
   * nothing would be heard again, then the last that told.
   *
   * @param {string[]} channels
   */
  #resumable(channels) {
    const newest = [...this.#places.keys()].reverse();
    const known = [...new Set([...this.recovering, ...newest])].filter((place) => this.#places.get(place)?.position.epoch);
    const patterns = channels.filter(isPattern);
    const isBelow = (/** @type {string} */ place) => isDotted(place) && !channels.includes(place) && patterns.some((each) => matches(each, place));
    return [...known.filter((place) => channels.includes(place)), ...known.filter(isBelow).slice(0, MOST_BELOW_PATTERNS)];
  }

  /**
   * The last number of an epoch; null where nothing is known of the channel.
   *
   * @param {string} channel
   * @param {string} epoch
   */
  #last(channel, epoch) {
    const place = this.#places.get(channel);
    if (!place?.position.epoch) return null;
    return place.position.epoch === epoch ? place.position.seq : 0;
  }

  /** @param {string} channel @param {Position} standing */
  #recovered(channel, standing) {
    this.recovering.delete(channel);
    this.#awaited.set(channel, standing.seq);
    if ((this.#last(channel, standing.epoch) ?? 0) >= standing.seq) this.#caughtUp(channel);
  }

  /** @param {string} channel */
  #caughtUp(channel) {
    this.#awaited.delete(channel);
    this.#resumed.add(channel);
  }

  /** @param {string} channel */
  #noLonger(channel) {
    this.#awaited.delete(channel);
    this.recovering.delete(channel);
  }

  /** @param {string[]} channels */
  #unheardBelow(channels) {
    const patterns = channels.filter((each) => each.includes("*"));
    const below = [...this.#places.keys()].filter((place) => patterns.some((each) => matches(each, place)));
    return below.filter((place) => !this.#wanted.thatHear(place).length);
  }
}

/**
 * Whether events may be told on a channel of which every one counts.
 *
 * @param {string} channel
 */
function mayCount(channel) {
  return isDotted(channel) || channel === "*" || SEQUENCE_CHANNELS.has(channel.split(":")[0]);
}

/** @param {string} channel a pattern of the server's, which are over dotted names alone */
function isPattern(channel) {
  return channel.includes("*") && !channel.includes(":");
}
