/** Where the chart's legend ends: what stands there further up lies over it. It grows as it wraps and as indicators come. */
import { byId } from "../../shared/elements.js";

export class LegendEnd {
  #root = byId("chart-legend");
  #changed;
  /** px below the chart's upper edge */
  y = 0;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    const sizes = new ResizeObserver(() => this.#measure());
    for (const row of this.#rows) sizes.observe(row);
  }

  /** Measured as they are laid out: while the chart is drawn that would cost a layout each time. */
  #measure() {
    const ends = this.#rows.filter((row) => row.childElementCount).map((row) => row.offsetTop + row.offsetHeight);
    const y = ends.length ? this.#root.offsetTop + Math.max(...ends) : 0;
    if (y === this.y) return;
    this.y = y;
    this.#changed();
  }

  get #rows() {
    return [...this.#root.querySelectorAll("p")];
  }
}
