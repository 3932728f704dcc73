/**
 * When the chosen market, the watch list, the overview and the log of frames are painted by themselves: in common frames
 * of the browser, no more often than an eye reads. A frame in which anything is painted costs the same again, however
 * little that is: every canvas and every layer goes to the compositor with it. What the reader does is answered at once,
 * and doesn't wait for this; the dock's other panels paint at their own times.
 */
import { atMostEvery, oncePerFrame } from "../shared/painting.js";

/** @typedef {{prepare?: () => void, paint?: () => void}} Part `prepare`: told a frame before, as the chart's library draws with the next one */

export const REST_MS = 200;

/** @type {Set<Part>} */
const due = new Set();

const begin = atMostEvery(REST_MS, oncePerFrame(() => {
  const parts = [...due];
  due.clear();
  for (const part of parts) isolated(() => part.prepare?.());
  requestAnimationFrame(() => parts.forEach((part) => isolated(() => part.paint?.())));
}));

/** @param {Part} part @returns {() => void} lets it paint with the next common frame */
export function inCommonFrame(part) {
  return () => {
    due.add(part);
    begin();
  };
}

/** The error of one part surfaces as uncaught, and takes no frame away from the others. @param {() => void} act */
export function isolated(act) {
  try {
    act();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
