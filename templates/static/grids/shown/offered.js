/** What can be done with a grid in each state. Pure. */

const CHANGEABLE = new Set(["waiting_trigger", "running", "paused"]);
const STOPPABLE = new Set(["created", "waiting_trigger", "starting", "running", "paused", "error"]);

/** @param {string} state @returns {Record<string, boolean>} by the id of each button */
export function offeredIn(state) {
  return {
    "grid-pause": state === "running",
    "grid-resume": state === "paused" || state === "error",
    "grid-change": CHANGEABLE.has(state),
    "grid-stop": STOPPABLE.has(state),
  };
}
