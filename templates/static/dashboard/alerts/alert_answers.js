/** What the server answers about alerts, in words. Pure. */
import { formatTime } from "../../shared/format.js";

const MOST_TIMES = 4;

/**
 * @param {{message: string, fields: Record<string, string>, others: string[]}} refusal `others`: sentences about what no
 *   control in sight is for
 * @returns {string} for above the form; empty where the sentences at the controls say it all
 */
export function problemOf({ message, fields, others }) {
  if (others.length) return `${others.map(capitalised).join(". ")}.`;
  return message && !Object.keys(fields).length ? `${message}.` : "";
}

/**
 * @param {{would_fire: number | boolean, times: (string | number)[]}} answer of `alerts.test`
 * @returns {string}
 */
export function testInWords({ would_fire: count, times }) {
  const fired = typeof count === "number" ? count : times.length;
  if (!fired) return "It would not have fired within the last day.";
  const newest = [...times].reverse().slice(0, MOST_TIMES).map((time) => formatTime(time).slice(0, 5));
  const before = fired > newest.length ? ", before that more often" : "";
  const how = fired === 1 ? "once" : `${fired} times`;
  return `It would have fired ${how} within the last day: at ${newest.join(", ")} UTC${before}.`;
}

/** @param {string} text */
function capitalised(text) {
  return text[0].toUpperCase() + text.slice(1);
}
