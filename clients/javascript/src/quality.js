/** How good a connection is: its round trips, how much they vary, and the answers that never came. Pure. */

/** @typedef {import("../protocol.js").Quality} Quality */

const LADDER = /** @type {const} */ (["excellent", "good", "fair", "poor"]);
/** A round trip under the first is excellent, under the second good, under the third fair; milliseconds. */
const BELOW = [100, 300, 1_000];
/** How many of the last round trips the mean and the jitter are of. */
const WINDOW = 20;

export class ConnectionQuality {
  /** @type {number[]} */
  #roundTrips = [];
  #missed = 0;
  #missedInARow = 0;
  disconnections = 0;

  /** A new connection: the round trips of the former say nothing of it. */
  opened() {
    this.#roundTrips = [];
    this.#missedInARow = 0;
  }

  /** @param {number} milliseconds */
  measured(milliseconds) {
    this.#roundTrips = [...this.#roundTrips, milliseconds].slice(-WINDOW);
    this.#missedInARow = 0;
  }

  missed() {
    this.#missed += 1;
    this.#missedInARow += 1;
  }

  /** @returns {Quality} milliseconds, to a tenth; null before the connection's first round trip */
  summary() {
    const trips = this.#roundTrips;
    const latency = trips.at(-1);
    const differences = trips.slice(1).map((trip, index) => Math.abs(trip - trips[index]));
    return {
      quality: latency === undefined ? null : this.#grade(latency),
      latency: tenth(latency),
      mean: tenth(mean(trips)),
      jitter: latency === undefined ? null : tenth(mean(differences) ?? 0),
      missed: this.#missed,
      disconnections: this.disconnections,
    };
  }

  /** @param {number} latency */
  #grade(latency) {
    const step = BELOW.filter((bound) => latency >= bound).length + this.#missedInARow;
    return LADDER[Math.min(step, LADDER.length - 1)];
  }
}

/** @param {number[]} values */
function mean(values) {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined;
}

/** @param {number} [value] */
function tenth(value) {
  return value === undefined ? null : Math.round(value * 10) / 10;
}
