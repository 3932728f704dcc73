/** All of a chart in sight, once it has a size: it has none while it is hidden, or has just been made. */

export class Fitting {
  #scale;
  #isDue = false;

  /** @param {import("lightweight-charts").IChartApi} chart */
  constructor(chart) {
    this.#scale = chart.timeScale();
    this.#scale.subscribeSizeChange(() => this.#fit());
  }

  /** Show all, now or as soon as it can be. */
  begin() {
    this.#isDue = true;
    this.#fit();
  }

  /** Leave what is in sight to others. */
  giveUp() {
    this.#isDue = false;
  }

  /** @param {number} count of the points @returns {boolean} whether somebody has chosen to see a part of them */
  isCloser(count) {
    const range = this.#isDue ? null : this.#scale.getVisibleLogicalRange();
    return Boolean(range && (range.from >= 1 || range.to <= count - 2));
  }

  #fit() {
    if (!this.#isDue || !this.#scale.width()) return;
    this.#isDue = false; // before the scale changes its size by this
    this.#scale.fitContent();
  }
}
