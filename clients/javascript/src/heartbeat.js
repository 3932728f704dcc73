/**
 * Asks the server for a `pong` at intervals. A browser neither shows the server's own pings nor notices soon that
 * the other end is gone, so the answer both measures the round trip and proves that the connection lives.
 */
const MISSED_IN_A_ROW_UNTIL_DEAD = 2;

export class Heartbeat {
  #timing;
  #actions;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {number[]} when the pings went out that have no answer yet; answers come in order */
  #sent = [];
  #lastSentAt = 0;
  #missed = 0;

  /**
   * @param {{pingInterval: number, pingTimeout: number, now: () => number}} timing milliseconds
   * @param {{ping: () => void, latency: (milliseconds: number) => void, missed: (inARow: number) => void,
   *   dead: () => void}} actions
   */
  constructor(timing, actions) {
    this.#timing = timing;
    this.#actions = actions;
  }

  /** Ask now, and from now on. */
  start() {
    this.#lastSentAt = this.#timing.now();
    this.#sent.push(this.#lastSentAt);
    this.#timer = setTimeout(() => this.#miss(), this.#timing.pingTimeout);
    this.#actions.ping();
  }

  /** Take the server's answer, which may be a late one; one that nobody waits for is no error. */
  pong() {
    const sentAt = this.#sent.shift();
    if (sentAt === undefined) return;
    this.#missed = 0;
    if (this.#sent.length === 0) this.#startLater();
    this.#actions.latency(this.#timing.now() - sentAt);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#sent = [];
    this.#missed = 0;
  }

  #miss() {
    const missed = ++this.#missed;
    this.#startLater();
    this.#actions.missed(missed);
    const isStillRunning = this.#missed === missed;
    if (isStillRunning && missed >= MISSED_IN_A_ROW_UNTIL_DEAD) this.#actions.dead();
  }

  #startLater() {
    clearTimeout(this.#timer);
    const { pingInterval, now } = this.#timing;
    this.#timer = setTimeout(() => this.start(), Math.max(0, this.#lastSentAt + pingInterval - now()));
  }
}
