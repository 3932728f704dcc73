/** The lease of a worker as operators read it. Pure. */
import { formatCount, formatRate } from "../shared/format.js";

/**
 * What a worker's lease says, or the presence of one that needs no lease; that has no number. Of one whose lease wasn't
 * read it is said that it is heard; why none was, stands below the table once. Where the worker tells of its work, also
 * how many processes stand by.
 *
 * @param {import("../../../clients/javascript/events/system.js").WorkerLease} worker
 * @returns {string}
 */
export function leaseText(worker) {
  const { epoch, standing_by: waiting } = worker;
  if (epoch === null || waiting === undefined) return holdingText(worker);
  const others = waiting === 0 ? "nobody stands by" : waiting === 1 ? "1 process stands by" : `${waiting} processes stand by`;
  return `${holdingText(worker)}; ${others}`;
}

/** @param {import("../../../clients/javascript/events/system.js").WorkerLease} worker */
function holdingText({ holder, alive, epoch, valid_ms: valid }) {
  const number = epoch === null ? "" : `number ${formatCount(epoch)}, `;
  if (!holder) return `${number}free: no process does this work`;
  if (valid === null) return alive ? "heard" : "none read";
  return alive ? `${number}good for ${formatRate(valid / 1000)} s more` : `${number}expired ${formatRate(-valid / 1000)} s before`;
}
