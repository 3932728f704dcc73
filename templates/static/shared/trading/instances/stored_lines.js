/** What happened to a grid or a strategy before its page was opened, made of what is stored: its orders, its notifications, its times. Pure. */
import { formatNumber } from "../../format.js";
import { msOf } from "../../moments.js";
import { text } from "../../typed_numbers.js";
import { lifeLine, signalLine } from "./event_text.js";

/** @typedef {import("../../../../types/instances.js").Instance} Instance */
/** @typedef {import("./event_text.js").LogLine & {time: number, key: string}} StoredLine `time` in ms since the epoch; `key`: of what it tells */

/** Of these channels there is something stored. */
const STORED = new Set(["trade", "lifecycle", "signal"]);
/** By the state that a notification tells. @type {Record<string, string>} */
const LIFE = { paused: "paused", error: "error", running: "started", stopped: "stopped" };

/**
 * @param {Instance} instance
 * @param {import("../../../../types/instances.js").InstanceFill[]} fills oldest first, of an order one
 * @param {import("../../../../types/instances.js").InstanceNotification[]} notifications of all of its kind
 * @param {number} decimals of prices
 * @param {import("../../../../types/instances.js").Signal[]} [signals]
 * @returns {StoredLine[]} newest first
 */
export function storedLines(instance, fills, notifications, decimals, signals = []) {
  const told = notifications.filter(({ data }) => (data.grid ?? data.strategy) === instance.id && data.state in LIFE);
  const lives = told.map(({ data: { state, reason, time } }) => lifeAt(LIFE[state], time, reason));
  const known = new Set(lives.map(({ key }) => key.split(" ")[0]));
  const times = [["started", instance.started], ["stopped", instance.ended]].filter(([event, time]) => time && !known.has(String(event)));
  const own = times.map(([event, time]) => lifeAt(String(event), msOf(time ?? undefined), event === "stopped" ? instance.reason : null));
  const created = { time: msOf(instance.created), key: "created", kind: /** @type {const} */ ("quiet"), text: "Created" };
  const advised = signals.map((signal) => signalAt(signal, decimals));
  return [created, ...own, ...lives, ...advised, ...fills.map((fill) => fillAt(fill, decimals))].sort((one, other) => other.time - one.time);
}

/**
 * @param {StoredLine[]} lines
 * @param {import("../../../../types/instances.js").InstanceEvent} event
 * @returns {boolean} whether they tell of it already: it was on its way while they were read
 */
export function isStored(lines, { channel, event = "", data, timestamp }) {
  const time = msOf(timestamp);
  const kind = channel.split(".").at(-1);
  const key = kind === "trade" ? `fill ${data.order_id}` : kind === "signal" ? signalKey(time, data.action) : `${event} ${time}`;
  return STORED.has(kind ?? "") && lines.some((line) => line.key === key && line.time >= time);
}

/** @param {string} event @param {number} time @param {string | null} reason @returns {StoredLine} */
function lifeAt(event, time, reason) {
  return { time, key: `${event} ${time}`, ...lifeLine(event, { reason }) };
}

/** @param {import("../../../../types/instances.js").InstanceFill} fill @param {number} decimals @returns {StoredLine} */
function fillAt({ order, time, side, price, amount }, decimals) {
  const what = side === "buy" ? "Bought" : "Sold";
  return { time, key: `fill ${order}`, kind: side, text: `${what} ${text(amount)} at ${formatNumber(price, decimals)}` };
}

/** @param {import("../../../../types/instances.js").Signal} signal @param {number} decimals @returns {StoredLine} */
function signalAt(signal, decimals) {
  const time = msOf(signal.timestamp);
  return { time, key: signalKey(time, signal.action), ...signalLine(signal, decimals) };
}

/** @param {number} time @param {string} action */
function signalKey(time, action) {
  return `signal ${action} ${time}`;
}
