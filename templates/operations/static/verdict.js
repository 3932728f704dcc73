/** How the deployment is, in sentences, from all that the page knows. Pure. */
import { SERVING, exchangeInWords } from "../dashboard/exchange_words.js";

/** What makes a deployment degraded besides all that is told in detail. */
const NO_SYMBOLS = "Where it stays so, no symbols are known yet.";

/**
 * @typedef {object} Known
 * @property {boolean} isConnected to this server
 * @property {boolean} isOld nothing has been reported for a while
 * @property {any} [health] the data of `system.health`
 * @property {any} [report] the data of `ops.gateways`
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
  if (troubles.length) return bad(troubles.join(" "));
  if (health && health.status !== "ok") return bad(`Health was ${health.status} at the last check. ${NO_SYMBOLS}`);
  return { level: "good", text: `All parts are working. ${exchangeInWords(bridge).text}.` };
}

function bad(text) {
  return { level: "bad", text };
}

function troublesOfParts(health) {
  const troubles = [];
  if (health?.database === "down") troubles.push("The database doesn't answer.");
  if (health?.layer === "down") troubles.push("The channel layer doesn't answer: gateways can't reach each other.");
  return troubles;
}

function troublesOfBridge(bridge) {
  if (!bridge) return ["No bridge runs: nobody reads the exchange, and no price moves."];
  return SERVING.has(bridge.state) ? [] : [`${exchangeInWords(bridge).text}.`];
}

/** @param {{name: string, holder: string, alive: boolean, epoch: number | null}[]} workers the bridge is spoken of already */
function troublesOfWorkers(workers) {
  return workers
    .filter(({ name, alive }) => name !== "bridge" && !alive)
    .map((worker) => `The worker ${worker.name} ${whatIsWrong(worker)}.`);
}

function whatIsWrong({ holder, epoch }) {
  if (!holder) return "has no process";
  return epoch === null ? "has died" : "doesn't renew its lease";
}
