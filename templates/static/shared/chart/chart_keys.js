/** The chart's own keys, while the focus is on it: along the time, nearer, farther, and back to the newest candle. */

const BARS = 10;
const NEARER = 1.25;

/**
 * @param {HTMLElement} panel that takes the focus
 * @param {{scroll: (bars: number) => void, zoom: (factor: number) => void, scrollToNewest: () => void}} chart
 */
export function watchChartKeys(panel, chart) {
  /** @type {Record<string, () => void>} */
  const actions = {
    ArrowLeft: () => chart.scroll(-BARS),
    ArrowRight: () => chart.scroll(BARS),
    "+": () => chart.zoom(NEARER),
    "-": () => chart.zoom(1 / NEARER),
    End: () => chart.scrollToNewest(),
  };
  panel.addEventListener("keydown", (event) => {
    if (event.target !== panel || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!Object.hasOwn(actions, event.key)) return;
    event.preventDefault();
    actions[event.key]();
  });
}
