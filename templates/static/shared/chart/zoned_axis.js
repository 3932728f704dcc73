/**
 * The chart's time axis in the page's zone: days, months and years begin where the zone's do, over changes of the hour.
 * Candles of a day or longer are of the exchange's days, which are UTC's, and keep their dates.
 */
import { shownZone } from "../time_zone/shown_zone.js";

/** @typedef {typeof import("lightweight-charts")} Library */
/** @typedef {import("lightweight-charts").Time} Time */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** @type {[number, number][]} how much a mark weighs (the library's `TickMarkWeight`) at which a span of so many ms begins */
const WEIGHTS = [
  [12 * HOUR, 33],
  [6 * HOUR, 32],
  [3 * HOUR, 31],
  [HOUR, 30],
  [30 * MINUTE, 22],
  [5 * MINUTE, 21],
  [MINUTE, 20],
  [SECOND, 10],
];
const [YEAR, MONTH, DAY] = [70, 60, 50];

/** @param {number} before @param {number} now what clocks show, as ms @returns {number} how much the mark of the later one weighs */
function weightOf(before, now) {
  const [earlier, later] = [before, now].map((wall) => new Date(wall).toISOString());
  if (earlier.slice(0, 4) !== later.slice(0, 4)) return YEAR;
  if (earlier.slice(5, 7) !== later.slice(5, 7)) return MONTH;
  if (earlier.slice(8, 10) !== later.slice(8, 10)) return DAY;
  return WEIGHTS.find(([span]) => Math.floor(before / span) !== Math.floor(now / span))?.[1] ?? 0;
}

/**
 * @param {number[]} walls what clocks show at the points, as ms, in order
 * @param {number} from the first whose weight is asked for
 * @returns {number[]} the weights from there on; that of the first of all is as if others came before it
 */
export function weightsOf(walls, from) {
  const guessed = walls.length > 1 ? Math.ceil((walls[walls.length - 1] - walls[0]) / (walls.length - 1)) : 0;
  return walls.slice(from).map((wall, at) => weightOf(from + at ? walls[from + at - 1] : wall - guessed, wall));
}

/**
 * What the library asks of time, but that its marks stand where the zone's hours, days and months begin.
 *
 * @param {Library} library
 */
export function zonedBehavior(library) {
  const Ordinary = library.defaultHorzScaleBehavior();
  return new (class extends Ordinary {
    /**
     * @param {readonly import("lightweight-charts").Mutable<import("lightweight-charts").TimeScalePoint>[]} points
     * @param {number} [startIndex]
     * @override
     */
    fillWeightsForPoints(points, startIndex = 0) {
      const { timeVisible } = this.options().timeScale;
      const before = Math.max(0, startIndex - 1);
      const walls = points.slice(before).map(({ time }) => wallOf(Number(this.key(time)) * SECOND, timeVisible));
      for (const [at, weight] of weightsOf(walls, startIndex - before).entries()) {
        points[startIndex + at].timeWeight = /** @type {import("lightweight-charts").TickMarkWeightValue} */ (weight);
      }
    }
  })();
}

/**
 * @param {() => boolean} hasHours whether the axis shows hours
 * @returns {import("lightweight-charts").DeepPartial<import("lightweight-charts").ChartOptions>} how its times are written
 */
export function zonedTexts(hasHours) {
  return {
    localization: { timeFormatter: (/** @type {Time} */ time) => momentLabel(Number(time) * SECOND, hasHours()) },
    timeScale: { tickMarkFormatter: (/** @type {Time} */ time, /** @type {number} */ type) => tickLabel(Number(time) * SECOND, type, hasHours()) },
  };
}

/** @param {number} time ms @param {number} type the library's `TickMarkType` @param {boolean} hasHours @returns {string} below the axis */
export function tickLabel(time, type, hasHours) {
  const text = new Date(wallOf(time, hasHours)).toISOString();
  if (type === 0) return text.slice(0, 4);
  if (type === 1) return monthOf(text);
  if (type === 2) return String(Number(text.slice(8, 10)));
  return text.slice(11, type === 4 ? 19 : 16);
}

/** @param {number} time ms @param {boolean} hasHours @returns {string} at the crosshair: with UTC beside it, where another zone is shown */
export function momentLabel(time, hasHours) {
  const own = label(wallOf(time, hasHours), hasHours, time);
  if (!hasHours || shownZone().isUtc) return own;
  const [here, there] = [shownZone().textAt(time), new Date(time).toISOString()];
  const isSameDay = here.slice(0, 10) === there.slice(0, 10);
  return `${own} · ${isSameDay ? clockOf(there, time) : label(time, true, time)} UTC`;
}

/** @param {number} wall @param {boolean} hasHours @param {number} time */
function label(wall, hasHours, time) {
  const text = new Date(wall).toISOString();
  const date = `${Number(text.slice(8, 10))} ${monthOf(text)} ${text.slice(0, 4)}`;
  return hasHours ? `${date} ${clockOf(text, time)}` : date;
}

/** @param {string} text @param {number} time seconds are shown where there are any */
function clockOf(text, time) {
  return text.slice(11, time % MINUTE ? 19 : 16);
}

/** @param {string} text */
function monthOf(text) {
  return MONTHS[Number(text.slice(5, 7)) - 1];
}

/** @param {number} time @param {boolean} hasHours */
function wallOf(time, hasHours) {
  return hasHours ? shownZone().wallAt(time) : time;
}
