/** What became of a model's signals, in words. Pure. */
import { NOTHING, formatNumber, formatQuantity, formatWhole } from "../../shared/format.js";
import { percent, wilsonBounds } from "./calibration_points.js";

/** @typedef {import("../../../types/signals.js").SignalRecord} SignalRecord */
/** @typedef {import("../../../types/signals.js").SignalFigures} SignalFigures */
/** @typedef {import("../../../types/signals.js").ShownRecord} ShownRecord */

/** @param {SignalRecord} record @returns {ShownRecord[]} itself, of all versions; and where there are several, those of each */
export function shownRecords({ versions, ...record }) {
  const each = versions.length > 1 ? versions.map((figures) => ({ ...record, ...figures })) : [];
  return [{ ...record, version: null }, ...each];
}

/** @param {ShownRecord} record */
export function recordKey({ symbol, model, horizon, version }) {
  return [symbol, model, horizon, ...(version === null ? [] : [version])].join(" ");
}

/** @param {ShownRecord} record */
export function recordTitle({ symbol, title, horizon, version, right, wrong }) {
  const whose = version === null ? title : `${title}, version ${version || "unknown"},`;
  return `${whose} on ${symbol}, ${horizon} (${right + wrong} judged)`;
}

/** @param {SignalFigures} record */
export function recordSentence({ right, wrong, independent, hit_rate: rate }) {
  const judged = right + wrong;
  if (rate === null) return "None of its signals was judged yet.";
  const [least, most] = wilsonBounds(rate, independent);
  const verdict = least > 0.5 ? "That is more than chance explains." : most < 0.5 ? "That is less than chance explains." : "Chance alone could do that.";
  const overlap = independent < judged ? ` (their horizons overlap: they count as ${formatWhole(independent)})` : "";
  return `Of ${formatQuantity(judged, "signal")} that ${judged === 1 ? "was" : "were"} judged ${formatWhole(right)} ${right === 1 ? "was" : "were"} right: ${percent(rate)}${overlap}; the rate behind it lies between ${percent(least)} and ${percent(most)} (95%). ${verdict}`;
}

/** @param {SignalFigures} record @returns {[string, string][]} */
export function recordFigures({ right, wrong, waiting, hold, hit_rate: rate, brier_score: brier }) {
  return [
    ["Hit rate", rate === null ? NOTHING : percent(rate)],
    ["Right, wrong", `${formatWhole(right)}, ${formatWhole(wrong)}`],
    ["Waiting", formatWhole(waiting)],
    ["Hold", formatWhole(hold)],
    ["Brier score", brier === null ? NOTHING : formatNumber(brier, 3)],
  ];
}

/** @param {SignalFigures} record @returns {import("../../../types/signals.js").CalibrationPoint[]} */
export function recordPoints({ calibration }) {
  return calibration.map(({ confidence, hit_rate: came, signals, independent }) => ({ said: confidence, came, count: signals, independent }));
}
