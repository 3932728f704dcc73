/** For tests of what is read again a while later: a server that can't answer now, and time that goes as the test says. */
import { mock } from "node:test";
import { settled } from "./settled.js";

const RETRY_MILLISECONDS = 5_000;
export const AWAY = Object.assign(new Error("The server can't be reached"), { code: "unreachable" });
export const GONE = Object.assign(new Error("There is no such thing"), { code: "NOT_FOUND", status: 404 });

mock.timers.enable({ apis: ["setTimeout", "setInterval"] });

/** @param {unknown[]} answers what is answered, one after the other: errors are refusals; @returns what asks, and `left` of them */
export function answering(...answers) {
  const ask = async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  return Object.assign(ask, { left: answers });
}

/** Let the time pass after which what wasn't answered is asked for again. */
export async function aRetryLater() {
  mock.timers.tick(RETRY_MILLISECONDS);
  await settled();
}
