/** How the deployment is, in sentences, from all that the page knows. Pure. */
import { SERVING, exchangeText } from "../shared/market_data/exchange_text.js";

/** What makes a deployment degraded besides all that is told in detail. */
const NO_SYMBOLS = "Where it stays so, no symbols are known yet.";

/**
 * @typedef {import("../../../clients/javascript/events/system.js").GatewaysUpdate} Report
 * @typedef {import("../../../clients/javascript/events/system.js").SystemHealth} Health
 *
 * @typedef {object} Known
 * @property {boolean} isConnected to this server
 * @property {boolean} isOld nothing has been reported for a while
 * @property {Health} [health] the data of `system.health`
 * @property {Report} [report] the data of `ops.gateways`
 *
 * @typedef {{level: "good" | "bad" | "quiet", text: string}} Verdict
 */

/**
 * @param {Known} known
 * @returns {Verdict}
 */
export function verdictOf(known) {
  const { isConnected, isOld, report, health } = known;
  if (!report) return { level: "quiet", text: isConnected ? "Waiting for the first report…" : "Not connected." };
  if (!isConnected) return bad("The connection to this server is lost: what you see is old.");
  if (isOld) return bad("No gateway reports on the deployment any more: what you see is old.");
  const { bridge, workers } = report;
  const troubles = [...troublesOfParts(health), ...troublesOfBridge(bridge), ...troublesOfWorkers(workers)];
  if (!bridge || troubles.length) return bad(troubles.join(" "));
  if (health && health.status !== "ok") return bad(`Health was ${health.status} at the last check. ${NO_SYMBOLS}`);
  return { level: "good", text: `All parts are working. ${exchangeOf(bridge)}.` };
}

/** @param {string} text @returns {Verdict} */
function bad(text) {
  return { level: "bad", text };
}

/** @param {Health} [health] @returns {string[]} */
function troublesOfParts(health) {
  /** @type {string[]} */
  const troubles = [];
  if (health?.database === "down") troubles.push("The database doesn't answer.");
  if (health?.layer === "down") troubles.push("The channel layer doesn't answer: gateways can't reach each other.");
  if (health?.layer_hosts_down) troubles.push(layerHostsDown(health.layer_hosts_down));
  return troubles;
}

/** @param {number[]} places @returns {string} */
function layerHostsDown(places) {
  return `Of the channel layer's hosts, ${places.join(", ")} of REDIS_URLS doesn't answer: its share of the topics stands.`;
}

/** @param {NonNullable<Report["bridge"]>} bridge whose address has no place in a list, as `/health` would tell it */
function exchangeOf({ state, source }) {
  return exchangeText({ state, source }).text;
}

/** @param {Report["bridge"]} bridge @returns {string[]} */
function troublesOfBridge(bridge) {
  if (!bridge) return ["No bridge runs: nobody reads the exchange, and no price moves."];
  return SERVING.has(bridge.state) ? [] : [`${exchangeOf(bridge)}.`];
}

/** @param {Report["workers"]} workers the bridge is spoken of already */
function troublesOfWorkers(workers) {
  return workers
    .filter(({ name, alive }) => name !== "bridge" && !alive)
    .map((worker) => `The worker ${worker.name} ${whatIsWrong(worker)}.`);
}

/** @param {Report["workers"][number]} worker */
function whatIsWrong({ holder, epoch }) {
  if (!holder) return "has no process";
  return epoch === null ? "has died" : "doesn't renew its lease";
}
