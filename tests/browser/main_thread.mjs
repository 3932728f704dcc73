/** Where a page's main thread has spent its processor time, from a trace of Chromium's `devtools.timeline`. Pure. */

export const CATEGORIES = ["devtools.timeline"];
const KINDS = {
  script: ["FunctionCall", "EvaluateScript", "FireAnimationFrame", "TimerFire", "EventDispatch", "RunMicrotasks", "v8.compile"],
  garbage: ["MajorGC", "MinorGC"],
  style: ["UpdateLayoutTree"],
  layout: ["Layout", "HitTest", "IntersectionObserverController::computeIntersections"],
  paint: ["PrePaint", "Paint", "Layerize", "Commit", "UpdateLayer"],
};
const KIND_OF = new Map(Object.entries(KINDS).flatMap(([kind, names]) => names.map((name) => [name, kind])));

/**
 * @param {any[]} events of the trace
 * @returns {Record<string, number>} ms of processor time by kind, each without what it called of another kind
 */
export function processorTimes(events) {
  const complete = events.filter(({ ph, tdur }) => ph === "X" && tdur !== undefined);
  const times = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0]));
  const known = complete.filter(({ name }) => KIND_OF.has(name));
  const threads = new Set(known.map(threadOf));
  for (const thread of threads) addOwnTimes(times, known.filter((event) => threadOf(event) === thread));
  return times;
}

/** An event lies within another of its thread if it begins before the other's end. */
function addOwnTimes(times, thread) {
  const open = [];
  for (const event of thread.toSorted((one, other) => one.tts - other.tts || other.tdur - one.tdur)) {
    while (open.length && open.at(-1).tts + open.at(-1).tdur <= event.tts) open.pop();
    const outer = open.at(-1);
    if (outer) times[KIND_OF.get(outer.name)] -= event.tdur / 1000;
    times[KIND_OF.get(event.name)] += event.tdur / 1000;
    open.push(event);
  }
}

function threadOf({ pid, tid }) {
  return `${pid} ${tid}`;
}
