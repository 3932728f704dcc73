/** Waiting for what a test expects, with a time limit. */

const LIMIT_MILLISECONDS = 30_000;

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

/**
 * Every value of an event from now on.
 *
 * @param {import("../src/client.js").TidewireClient} client
 * @param {string} name
 */
export function heard(client, name) {
  const values = [];
  client.on(name, (value) => values.push(value));
  return values;
}

/**
 * Subscribe, and resolve with the acknowledgement.
 *
 * @param {import("../src/client.js").TidewireClient} client
 * @param {string} channel
 */
export function subscribed(client, channel) {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`${channel} was not acknowledged`)), LIMIT_MILLISECONDS);
    const handler = (frame) => {
      if (frame.channel !== channel) return;
      clearTimeout(limit);
      client.offMessage("subscribed", handler);
      resolve(frame);
    };
    client.onMessage("subscribed", handler);
    client.subscribe(channel);
  });
}

/**
 * As `until`, for a condition that has to be asked for.
 *
 * @param {() => Promise<boolean>} condition
 */
export async function untilAsked(condition) {
  const limit = performance.now() + LIMIT_MILLISECONDS;
  while (!(await condition())) {
    if (performance.now() > limit) throw new Error(`Not within the limit: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
