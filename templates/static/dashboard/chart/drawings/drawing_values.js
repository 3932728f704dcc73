/** What a drawing is: anchored by times and exact prices, so that it lies right in every interval and scale. Pure. */

/**
 * @typedef {import("../../../../types/market.js").DrawingKind} Kind
 * @typedef {import("../../../../types/market.js").DrawingPoint} Point
 * @typedef {import("../../../../types/market.js").Drawing} Drawing
 * @typedef {import("../../../../types/market.js").DrawingChange} Change
 */

/** @type {Record<Kind, string>} */
export const KINDS = { horizontal: "Horizontal line", trend: "Trend line", rectangle: "Rectangle", fibonacci: "Fibonacci retracement" };
export const COLOURS = ["line-4", "line-5", "line-6", "line-7", "line-1", "line-2", "line-3"];
/** Of the move from the first point to the second, counted back from the second. */
const RATIOS = [0, 0.236, 0.382, 0.5, 0.618, 0.786, 1];
/** As many as the server keeps of a symbol. */
export const MOST_DRAWINGS = 200;
const LATEST = 4_102_444_800_000;
const PRICE = /^\d{1,16}(\.\d{1,20})?$/;
const ID = /^[A-Za-z0-9_-]{1,36}$/;

/** @param {Kind} kind */
export function pointsOf(kind) {
  return kind === "horizontal" ? 1 : 2;
}

/** @param {Kind} kind @param {Point[]} points @param {string} [colour] @returns {Drawing} */
export function newDrawing(kind, points, colour = COLOURS[0]) {
  return { id: newId(), kind, points, colour, rule: null };
}

/** Where a page has no `crypto.randomUUID`, it isn't served over HTTPS. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Drawing} drawing whether an alert can hang on it: one whose level is a price at each time */
export function isLine({ kind, points }) {
  return kind === "horizontal" || (kind === "trend" && points[0].time !== points[1].time);
}

/** @param {Drawing} drawing @returns {string} the colour that comes next */
export function nextColour({ colour }) {
  return COLOURS[(COLOURS.indexOf(colour) + 1) % COLOURS.length];
}

/** @param {Drawing} drawing @param {(price: string) => string} priceText @returns {string} such as `Trend line 64,000 → 65,000` */
export function nameOf({ kind, points }, priceText) {
  return `${KINDS[kind]} ${points.map(({ price }) => priceText(price)).join(" → ")}`;
}

/** @param {Point[]} ends of a Fibonacci retracement @returns {{ratio: number, price: number}[]} its levels */
export function retracements([begin, end]) {
  const [from, to] = [Number(begin.price), Number(end.price)];
  return RATIOS.map((ratio) => ({ ratio, price: to + (from - to) * ratio }));
}

/** @param {Drawing[]} drawings @param {Drawing} drawing that takes the place of the one of its id, or comes last */
export function withDrawing(drawings, drawing) {
  const isKnown = drawings.some(({ id }) => id === drawing.id);
  return isKnown ? drawings.map((each) => (each.id === drawing.id ? drawing : each)) : [...drawings, drawing];
}

/** @param {Drawing[]} drawings @param {Change} change @returns {Drawing[]} */
export function withChange(drawings, { put, remove }) {
  return put.reduce(withDrawing, drawings.filter(({ id }) => !remove.includes(id)));
}

/** @param {unknown} given what another version of this page, or anybody at the console, may have kept @returns {given is Drawing} */
export function isDrawing(given) {
  const { id, kind, points, colour, rule } = /** @type {any} */ (given ?? {});
  if (typeof id !== "string" || !ID.test(id) || !Object.hasOwn(KINDS, kind) || !COLOURS.includes(colour)) return false;
  if (rule !== null && !Number.isSafeInteger(rule)) return false;
  return Array.isArray(points) && points.length === pointsOf(kind) && points.every(isPoint);
}

/** @param {any} point */
function isPoint(point) {
  const { time, price } = point ?? {};
  return Number.isInteger(time) && time >= 0 && time <= LATEST && typeof price === "string" && PRICE.test(price) && Number(price) > 0;
}
