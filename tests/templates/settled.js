/** Waiting in the page's tests for what an answer or a timer leads to, never for a time that is hoped to suffice. */

/** Resolve once all that promises alone lead to has happened: it comes before the loop's next turn. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Resolve once a timer of so long that runs already has ended, and what it leads to has happened: timers of one length end in
 * the order in which they began.
 *
 * @param {number} milliseconds
 */
export async function timerEnded(milliseconds) {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  await settled();
}
