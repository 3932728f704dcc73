/** When to try again after a connection was lost, and whether. Pure: the clock is given, no timer runs here. */

const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 30_000;
const RESTART_WINDOW = 30_000;

/** After these a new connection would end likewise: a normal close, a frame that was too big, a login that was refused. */
const FINAL = new Set([1000, 1009, 4401]);
const RATE_LIMIT_EXCEEDED = 4429;

/**
 * The wait before an attempt: min(1000 · 2ⁿ, 30000) ms, of which a random half is taken off, so that the
 * clients of a server that restarts do not all return in the same instant.
 *
 * @param {number} attempt attempts that have failed in a row, from 0
 * @param {() => number} [random] uniform in [0, 1)
 * @returns {number} milliseconds
 */
export function reconnectDelay(attempt, random = Math.random) {
  return Math.round(Math.min(FIRST_DELAY * 2 ** attempt, LONGEST_DELAY) * (1 - random() / 2));
}

/**
 * The wait while a server restarts that said so: short enough for fresh data within 2 s of its return, and spread
 * over a second, so that a thousand clients don't come at once.
 *
 * @param {() => number} [random] uniform in [0, 1)
 * @returns {number} milliseconds, 500 to 1500
 */
export function restartDelay(random = Math.random) {
  return Math.round(500 + random() * 1_000);
}

/**
 * What a close code asks of the client: `stop` where a new connection would end likewise, `wait` the longest delay first
 * (the server found this client too fast), or `retry` with back-off, after any other code.
 *
 * @param {number} code
 * @param {string} reason
 * @returns {"retry" | "wait" | "stop"}
 */
export function afterClose(code, reason) {
  if (FINAL.has(code) && !isRestart(code, reason)) return "stop";
  return code === RATE_LIMIT_EXCEEDED ? "wait" : "retry";
}

/**
 * @param {number} code
 * @param {string} reason
 */
function isRestart(code, reason) {
  return code === 1001 || code === 1012 || (code === 1000 && reason === "Server shutting down");
}

/** The attempts in a row of one connection that is to be kept. */
export class Reconnection {
  #options;
  #attempts = 0;
  #counted = 0;
  #openedAt = Infinity;
  #restartsUntil = -Infinity;

  /**
   * @param {object} [options] times in milliseconds
   * @param {number} [options.maximumAttempts] in a row, before it is given up (without end)
   * @param {(attempt: number) => number} [options.reconnectDelay] the wait before attempt n (from 0)
   * @param {() => number} [options.restartDelay] the wait in the first 30 s after the server said that it restarts;
   *   these attempts don't count towards the maximum
   * @param {number} [options.stableAfter] a connection that lasted so long starts the back-off anew (5 s)
   * @param {() => number} [options.now] a monotonic clock
   */
  constructor(options = {}) {
    this.#options = {
      maximumAttempts: Infinity,
      reconnectDelay,
      restartDelay,
      stableAfter: 5_000,
      now: () => performance.now(),
      ...options,
    };
  }

  /** Note that there is a connection. */
  opened() {
    this.#openedAt = this.#options.now();
    this.#restartsUntil = -Infinity;
  }

  /** Start anew, as when a person asks for a connection. */
  reset() {
    this.#attempts = this.#counted = 0;
    this.#restartsUntil = -Infinity;
  }

  /**
   * Note a loss, or an attempt that failed.
   *
   * @param {number} code the close code; 1006 where there was none
   * @param {string} reason
   * @param {"retry" | "wait" | "stop"} [action] where more is known than the code tells
   * @returns {{attempt: number, delay: number} | null} the next attempt (from 1); null: there is to be none
   */
  next(code, reason, action = afterClose(code, reason)) {
    const now = this.#options.now();
    if (now - this.#openedAt >= this.#options.stableAfter) this.reset();
    this.#openedAt = Infinity;
    if (isRestart(code, reason)) this.#restartsUntil = now + RESTART_WINDOW;
    if (action === "stop") return null;
    const isRestarting = action === "retry" && now < this.#restartsUntil;
    if (!isRestarting && this.#counted >= this.#options.maximumAttempts) return null;
    const delay = isRestarting ? this.#options.restartDelay() : this.#delay(action);
    this.#attempts += 1;
    return { attempt: this.#attempts, delay };
  }

  /** @param {"retry" | "wait"} action */
  #delay(action) {
    const attempt = this.#counted++;
    return action === "wait" ? LONGEST_DELAY : this.#options.reconnectDelay(attempt);
  }
}
