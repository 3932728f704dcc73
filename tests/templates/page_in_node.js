/**
 * The dashboard's page in Node, for tests of what its parts write: its template without the server's tags, in
 * happy-dom, and frames of the browser that come when the test says so.
 */
import { readFileSync } from "node:fs";
import { Window } from "happy-dom";

const TEMPLATE = new URL("../../templates/dashboard/index.html", import.meta.url);
const SERVER_TAGS = /\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}/g;
const PROGRAMS = /<script.*?<\/script>|<link[^>]*>/g;

const window = new Window();
let frames = [];

window.document.write(withoutTags(TEMPLATE));
const shared = { document: window.document, matchMedia: () => ({ matches: true }) }; // a reader who wants no motion
const { MutationObserver, ResizeObserver, localStorage } = window;
const addEventListener = window.addEventListener.bind(window);
Object.assign(globalThis, shared, { addEventListener, MutationObserver, ResizeObserver, localStorage, requestAnimationFrame: (paint) => frames.push(paint) });

/** Add what the page includes: a file of its folder `includes`. */
export function addPart(name) {
  window.document.body.insertAdjacentHTML("beforeend", withoutTags(new URL(`includes/${name}`, TEMPLATE)));
}

function withoutTags(template) {
  return readFileSync(template, "utf8").replace(SERVER_TAGS, "").replace(PROGRAMS, "");
}

/** Let the browser's next frame come; @returns {number} how many parts have painted in it */
export function nextFrame() {
  const due = frames;
  frames = [];
  for (const paint of due) paint();
  return due.length;
}

/**
 * @param {() => void} act
 * @returns {string[]} the texts and attributes that it has written, each time anew
 */
export function written(act) {
  const writes = [];
  const observer = new window.MutationObserver(() => undefined);
  observer.observe(window.document, { subtree: true, childList: true, characterData: true, attributes: true });
  act();
  for (const { type, target, attributeName } of observer.takeRecords()) {
    writes.push(`${type} ${target.id || target.className || target.nodeName} ${attributeName ?? ""}`.trim());
  }
  observer.disconnect();
  return writes;
}
