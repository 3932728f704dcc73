/**
 * Asks the server for a `pong` at intervals. A browser neither shows the server's own pings nor notices soon that
 * the other end is gone, so the answer both measures the round trip and proves that the connection lives.
 */
export class Heartbeat {
  #timer;
  #sentAt = 0;
  #waiting = false;

  /**
   * @param {{interval: number, timeout: number, now: () => number}} timing milliseconds
   * @param {{ping: () => void, latency: (milliseconds: number) => void, dead: () => void}} actions
   */
  constructor(timing, actions) {
    this.timing = timing;
    this.actions = actions;
  }

  /** Ask now, and from now on. */
  start() {
    this.#waiting = true;
    this.#sentAt = this.timing.now();
    this.#timer = setTimeout(() => this.actions.dead(), this.timing.timeout);
    this.actions.ping();
  }

  /** Take the server's answer; one that nobody waits for is no error. */
  pong() {
    if (!this.#waiting) return;
    this.stop();
    this.#timer = setTimeout(() => this.start(), this.timing.interval);
    this.actions.latency(this.timing.now() - this.#sentAt);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#waiting = false;
  }
}
