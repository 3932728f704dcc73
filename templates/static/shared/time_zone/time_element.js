/**
 * Times as elements: in the page's zone to be read; pointed at they tell the whole time, and UTC beside it, and programs
 * find it as `datetime`. Where somebody signs in who has chosen another zone, those that are shown follow.
 */
import { momentSeconds, momentTitle, msOf } from "../moments.js";
import { element, setText } from "../painting.js";

/** @typedef {import("@tidewire/client/protocol").Time} Time */
/** @typedef {(moment: any) => string} Words how the moment is written, in the page's zone */

/** @type {WeakMap<HTMLElement, {moment: Time | null | undefined, words: Words}>} */
const shown = new WeakMap();

/** @param {Time | null | undefined} moment @param {Words} [words] @param {Record<string, string>} [attributes] */
export function timeElement(moment, words = momentSeconds, attributes = {}) {
  const node = element("time", attributes);
  showTime(node, moment, words);
  return node;
}

/** @param {HTMLElement} node a `time` @param {Time | null | undefined} moment @param {Words} [words] */
export function showTime(node, moment, words = momentSeconds) {
  shown.set(node, { moment, words });
  setText(node, words(moment));
  const time = msOf(moment);
  setOrRemove(node, "datetime", Number.isFinite(time) ? new Date(time).toISOString() : "");
  setOrRemove(node, "title", momentTitle(moment));
}

/** @param {HTMLElement} node @param {string} name @param {string} value */
function setOrRemove(node, name, value) {
  if (!value) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function showAgain() {
  for (const node of document.querySelectorAll("time")) {
    const one = shown.get(node);
    if (one) showTime(node, one.moment, one.words);
  }
}

if (typeof document !== "undefined") document.addEventListener("zonechange", showAgain);
