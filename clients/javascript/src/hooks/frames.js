/** Passes on what is new at most once a frame, for all hooks together, so that React renders them in one go. */

const FRAME_MILLISECONDS = 16;
/** @type {Set<() => void>} */
const due = new Set();

/** @param {() => void} show is called once, however often it is asked for before the next frame */
export function inNextFrame(show) {
  if (due.size === 0) requestFrame(showAll);
  due.add(show);
}

/** @param {() => void} show */
export function notInNextFrame(show) {
  due.delete(show);
}

function showAll() {
  const shown = [...due];
  due.clear();
  for (const show of shown) show();
}

/** @param {() => void} callback */
function requestFrame(callback) {
  if (typeof requestAnimationFrame === "function") requestAnimationFrame(callback);
  else setTimeout(callback, FRAME_MILLISECONDS);
}
