import { once } from "node:events";

/** @param {() => void} act @returns {Promise<string>} what surfaces as uncaught then */
export async function surfacing(act) {
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException"); // the test runner's own would fail this test
  const surfaced = once(process, "uncaughtException");
  act();
  const [{ message }] = await surfaced;
  for (const listener of listeners) process.on("uncaughtException", listener);
  return message;
}
