/** Waiting for what a test expects, with a time limit. */

const LIMIT_MILLISECONDS = 5_000;

/**
 * Resolve with the next value of an event.
 *
 * @param {import("../src/client.js").TidewireClient} client
 * @param {string} name
 * @param {(value: any) => boolean} [matches]
 */
export function nextEvent(client, name, matches = () => true) {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`No ${name} within the limit`)), LIMIT_MILLISECONDS);
    const handler = (value) => {
      if (!matches(value)) return;
      clearTimeout(limit);
      client.off(name, handler);
      resolve(value);
    };
    client.on(name, handler);
  });
}

/**
 * Resolve once the condition holds.
 *
 * @param {() => boolean | undefined} condition
 */
export async function until(condition) {
  const limit = performance.now() + LIMIT_MILLISECONDS;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`Not within the limit: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
