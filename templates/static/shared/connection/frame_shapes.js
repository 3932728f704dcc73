/**
 * The border of the pages: a frame whose data has another shape than the protocol's is refused here, and told by the
 * client as `unreadable_frame`, so that no panel has to ask whether what it shows is there. Pure.
 */

/** @typedef {(value: any) => boolean} Test */

const ACKNOWLEDGEMENTS = new Set(["subscribed", "unsubscribed", "error", "resync"]);
const isText = (/** @type {unknown} */ value) => typeof value === "string";
/** @type {Test} */
const isObject = (value) => typeof value === "object" && value !== null;

/** @param {Test} test @returns {Test} */
const listOf = (test) => (value) => Array.isArray(value) && value.every((each) => test(each));

/** @param {Record<string, Test>} fields @returns {Test} */
const shaped = (fields) => (value) =>
  isObject(value) && Object.entries(fields).every(([name, test]) => test(value[name]));

const MARKET = shaped({ symbol: isText });
const NUMBERS = ["time", "open", "high", "low", "close", "volume"].map((name) => [name, Number.isFinite]);

/** By a frame's type; only what the panels could not do without: any other value they show as nothing. */
const OF_TYPES = new Map([
  ["price", MARKET],
  ["ticker", MARKET],
  ["trade", MARKET],
  ["kline", shaped({ symbol: isText, interval: isText, ...Object.fromEntries(NUMBERS) })],
  ["depth", shaped({ symbol: isText, bids: listOf(Array.isArray), asks: listOf(Array.isArray) })],
  [
    "overview",
    shaped({ symbols: listOf(MARKET), gainers: listOf(isText), losers: listOf(isText), volumes: listOf(isText) }),
  ],
]);

/** By a frame's channel. */
const OF_CHANNELS = new Map([
  [
    "ops.gateways",
    shaped({
      gateways: listOf(shaped({ id: isText })),
      bridge: (bridge) => bridge === null || isObject(bridge),
      workers: listOf(shaped({ name: isText })),
      channels: listOf(shaped({ channel: isText })),
    }),
  ],
  ["orders:me", shaped({ id: isText, account: isText, symbol: isText, status: isText, side: isText, type: isText })],
  ["account:me", shaped({ account: isText, balances: listOf(shaped({ asset: isText })) })],
  ["portfolio:me", shaped({ positions: listOf(MARKET) })],
  ["system.health", isObject],
  ["system.exchange", isObject],
]);

/**
 * @param {string} text
 * @returns {any} the frame
 * @throws {SyntaxError} where it is not JSON
 * @throws {TypeError} where its data, or that of a frame in a batch, is not what the protocol says
 */
export function readFrame(text) {
  const frame = JSON.parse(text);
  const frames = frame?.type === "batch" && Array.isArray(frame.data) ? frame.data : [frame];
  const bad = frames.find((/** @type {any} */ each) => !isReadable(each));
  if (bad) throw new TypeError(`the data of ${bad.channel ?? bad.type} is not as the protocol says`);
  return frame;
}

/** @param {any} frame what is no frame at all is refused by the client */
function isReadable(frame) {
  if (ACKNOWLEDGEMENTS.has(frame?.type)) return true;
  const tests = [OF_TYPES.get(frame?.type), OF_CHANNELS.get(frame?.channel)];
  return tests.every((test) => !test || test(frame.data));
}
