/**
 * Whether what a live connection brings is in doubt, long before it counts as lost: a feed that was busy has fallen silent,
 * or the browser's network has gone. Pure: times are monotonic, in ms.
 */

/** So many news within so long make a feed busy: one that has fewer may well pause. */
const BUSY_NEWS = 50;
const BUSY_MILLISECONDS = 10_000;
/** From here on the silence of a busy feed is none of its pauses. */
const SILENCE_MILLISECONDS = 3_000;
/** What comes so soon after the network has gone was on its way before. */
const UNDER_WAY_MILLISECONDS = 500;

/** @typedef {"" | "silent" | "offline"} Doubt empty: there is none */

export class FeedDoubt {
  /** @type {number[]} when the last news came, the oldest first */
  #news = [];
  /** When the network went, of which nothing was heard since. */
  #offlineAt = NaN;

  /** Begin anew, with another connection. */
  begin() {
    this.#news = [];
    this.#offlineAt = NaN;
  }

  /** @param {number} now @param {{isNews: boolean}} frame `isNews`: it tells something that is new, as an answer doesn't */
  hear(now, { isNews }) {
    if (now - this.#offlineAt >= UNDER_WAY_MILLISECONDS) this.#offlineAt = NaN;
    if (!isNews) return;
    this.#news.push(now);
    if (this.#news.length > BUSY_NEWS) this.#news.shift();
  }

  /** The browser says that there is no network, which needn't concern this connection. @param {number} now */
  goOffline(now) {
    this.#offlineAt = now;
  }

  /** @param {number} now @returns {number} for how long there has been no news; NaN: there was none yet */
  silence(now) {
    return now - (this.#news.at(-1) ?? NaN);
  }

  /** @param {number} now @returns {Doubt} */
  at(now) {
    if (!Number.isNaN(this.#offlineAt)) return "offline";
    return this.#isBusy && this.silence(now) >= SILENCE_MILLISECONDS ? "silent" : "";
  }

  get #isBusy() {
    return this.#news.length === BUSY_NEWS && this.#news[BUSY_NEWS - 1] - this.#news[0] <= BUSY_MILLISECONDS;
  }
}
