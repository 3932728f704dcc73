/** The charts of a page that lives without them: drawn once the library is there; where it isn't, that is said. */
import { partsOf } from "../elements.js";
import { setText } from "../painting.js";
import { ChartLibraryError, loadChartLibrary } from "./chart_library.js";

const LACK = "The chart needs lightweight-charts, which npm installs: install Node 20 or later, then run make setup.";

/** @param {(library: typeof import("lightweight-charts")) => void} draw */
export async function startCharts(draw) {
  try {
    if (document.body.dataset.chartLibrary !== "true") return tellLack(LACK);
    draw(await loadChartLibrary());
  } catch (error) {
    if (!(error instanceof ChartLibraryError)) throw error;
    console.warn(error);
    tellLack(`${error.message}.`);
  }
}

/** @param {string} words where each chart would be */
function tellLack(words) {
  for (const note of partsOf(document, ".chart-lack")) {
    note.hidden = false;
    setText(note, words);
  }
}
