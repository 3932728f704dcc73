/** The round trips of the last minutes, and what went wrong among them, as a chart needs them. Pure. */
import { toTenth } from "../../shared/chart/pixels.js";
import { formatMilliseconds } from "../../shared/format.js";

const MINUTE = 60_000;
const KEPT_MILLISECONDS = 10 * MINUTE;
const SHORTEST_SPAN_MILLISECONDS = 2 * MINUTE;
const LEAST_CEILING_MILLISECONDS = 20;
const NICE_STEPS = [1, 2, 5, 10];

/**
 * `missed`: a ping that found no answer; `lost`: the connection ended; each at `time`, monotonic, ms.
 *
 * @typedef {{time: number, kind: "answered" | "missed" | "lost", milliseconds?: number}} Sample
 */

export class LatencyHistory {
  /** @type {Sample[]} */
  #samples = [];

  /** @param {Sample} sample what is older than the rest by the time that is kept goes */
  add(sample) {
    this.#samples.push(sample);
    while (this.#samples[0].time < sample.time - KEPT_MILLISECONDS) this.#samples.shift();
  }

  /** @param {number} now @returns {Sample[]} the oldest first */
  samples(now) {
    return this.#samples.filter(({ time }) => time >= now - KEPT_MILLISECONDS);
  }

  /**
   * @param {number} now
   * @returns {{start: number, end: number, ceiling: number}} what the chart shows: times, and ms from 0 up
   */
  extent(now) {
    const samples = this.samples(now);
    const oldest = Math.min(samples[0]?.time ?? now, now - SHORTEST_SPAN_MILLISECONDS);
    const highest = Math.max(LEAST_CEILING_MILLISECONDS, ...samples.map(({ milliseconds = 0 }) => milliseconds));
    return { start: oldest, end: now, ceiling: niceCeiling(highest) };
  }
}

/** @param {number} value above 0 @returns {number} 1, 2 or 5 times a power of ten, and not below it */
export function niceCeiling(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return (NICE_STEPS.find((step) => step * power >= value) ?? 10) * power;
}

/**
 * @param {Sample[]} samples
 * @param {{start: number, end: number, ceiling: number}} extent
 * @param {{width: number, height: number}} size
 * @returns {{lines: string[], marks: {kind: string, x: number}[], last: {x: number, y: number} | undefined}} the points
 *   of each line, in pixels from the upper left: a new one begins after whatever was lost
 */
export function latencyShapes(samples, { start, end, ceiling }, { width, height }) {
  const x = (/** @type {number} */ time) => toTenth(((time - start) / (end - start)) * width);
  const y = (/** @type {number} */ milliseconds) => toTenth(height - (milliseconds / ceiling) * height);
  /** @type {{x: number, y: number}[][]} */
  const lines = [[]];
  const marks = [];
  for (const { time, kind, milliseconds = 0 } of samples) {
    if (kind === "answered") lines[lines.length - 1].push({ x: x(time), y: y(milliseconds) });
    else marks.push({ kind, x: x(time) });
    if (kind === "lost") lines.push([]);
  }
  const drawn = lines.filter((line) => line.length);
  return { lines: drawn.map((line) => line.map((point) => `${point.x},${point.y}`).join(" ")), marks, last: drawn.at(-1)?.at(-1) };
}

/** @param {number | null | undefined} milliseconds */
export function latencyText(milliseconds) {
  return typeof milliseconds === "number" && milliseconds < 1 ? "< 1 ms" : formatMilliseconds(milliseconds);
}
