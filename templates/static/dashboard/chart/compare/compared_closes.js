/** The closes of one market for the candles of another: read page by page, as far back as those go. Pure. */

/** @typedef {{time: number, close: number}} Close `time`: of the candle's opening, ms */

export class ComparedCloses {
  #read;
  /** @type {Map<number, number>} by the candle's opening */
  #closes = new Map();
  #first = Infinity;
  #wanted = Infinity;
  #isReading = false;
  #isComplete = false;

  /** @param {(end: number | undefined) => Promise<Close[]>} read the newest page of those that open until `end` (ms), oldest first */
  constructor(read) {
    this.#read = read;
  }

  /** @param {number} time of a candle's opening, ms @returns {number | undefined} */
  at(time) {
    return this.#closes.get(time);
  }

  /** @param {Close} candle that was told live */
  take({ time, close }) {
    this.#closes.set(time, close);
  }

  /**
   * Read as far back as that, unless nothing older exists; while it reads, a second call only asks for more.
   *
   * @param {number} time ms
   * @returns {Promise<boolean>} whether this call has read anything; what reading raises is raised, and may be asked for again
   */
  async reach(time) {
    this.#wanted = Math.min(this.#wanted, time);
    if (this.#isReading || !this.#isMissing) return false;
    this.#isReading = true;
    try {
      while (this.#isMissing) await this.#readPage();
    } finally {
      this.#isReading = false;
    }
    return true;
  }

  /**
   * Give up what is older, where the chart begins later than it did: a tab that is open for days would keep every close that
   * it was ever told. They are read again where they are wanted again.
   *
   * @param {number} time of the chart's first candle, ms
   */
  forgetBefore(time) {
    if (time <= this.#wanted || this.#wanted === Infinity) return;
    this.#wanted = time;
    for (const each of this.#closes.keys()) if (each < time) this.#closes.delete(each);
    if (this.#first >= time) return;
    this.#first = time;
    this.#isComplete = false;
  }

  get #isMissing() {
    return this.#first > this.#wanted && !this.#isComplete;
  }

  /** A page that ends before what was given up meanwhile would leave a hole behind it. */
  async #readPage() {
    const first = this.#first;
    const page = await this.#read(first === Infinity ? undefined : first - 1);
    if (first === this.#first) this.#add(page);
  }

  /** What was told live meanwhile is newer. @param {Close[]} page */
  #add(page) {
    this.#isComplete = !page.length || page[0].time >= this.#first;
    if (!this.#isComplete) this.#first = page[0].time;
    for (const { time, close } of page) if (!this.#closes.has(time)) this.#closes.set(time, close);
  }
}
