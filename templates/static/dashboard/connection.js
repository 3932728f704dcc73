/** The page's parts that are about the connection and the user, not about the market. */
import { startAccount } from "../shared/account/account.js";
import { ConnectionStatus } from "../shared/connection/connection_status.js";
import { readFrame } from "../shared/connection/frame_shapes.js";
import { isRefusal } from "../shared/refusal.js";
import { Session } from "../shared/session/session.js";
import { ChannelForm } from "./channels/channel_form.js";
import { ConnectionPanel } from "./connection/connection_panel.js";
import { ConnectionTraffic } from "./connection/connection_traffic.js";
import { StatisticsPanel } from "./connection/statistics_panel.js";
import { Dock } from "./dock/dock.js";
import { FrameLogView } from "./frame_log/frame_log_view.js";

const REFRESH_MILLISECONDS = 1_000;
/** More often than a program needs it, as a reader watches the latency. */
const PING_MILLISECONDS = 5_000;

/** Who uses the page. */
export const session = new Session();
const traffic = new ConnectionTraffic();

/** What the page's client needs for this side: who it speaks for, what it reads, and a socket to watch. */
export const connectionOptions = {
  token: session.token,
  WebSocket: traffic.observed(WebSocket),
  parse: readFrame,
  pingInterval: PING_MILLISECONDS,
};

/**
 * @param {import("../client/client.js").TidewireClient} client made with `connectionOptions`
 * @param {import("../shared/confirm_dialog.js").ConfirmDialog} dialog
 * @param {{refresh: () => void}[]} panels the dock's others: told when they may have come in sight, and now and then
 */
export function startConnection(client, dialog, panels) {
  startAccount(session, client, dialog);
  new ConnectionStatus(client);
  const log = new FrameLogView(traffic);
  new ChannelForm(client, session, (text) => log.search(text));
  const connection = new ConnectionPanel(client, session);
  session.addEventListener("change", ({ detail }) => follow(client, detail, connection));
  // What was told to one user is not for the next one's eyes.
  session.addEventListener("change", ({ detail: { reason } }) => reason === "ended" || log.clear());
  const all = [connection, new StatisticsPanel(client, traffic), log, ...panels];
  const refresh = () => all.forEach((panel) => panel.refresh());
  new Dock(refresh);
  setInterval(refresh, REFRESH_MILLISECONDS);
  document.addEventListener("visibilitychange", refresh);
  addEventListener("resize", refresh);
}

/**
 * The connection is of whoever uses the page. An ended session is told to whoever asked for a token: the client itself.
 *
 * @param {import("../client/client.js").TidewireClient} client
 * @param {import("../../types/session.js").SessionChange} change
 * @param {ConnectionPanel} panel
 */
async function follow(client, { user, reason }, panel) {
  if (reason === "ended") return;
  try {
    await client.setToken(user ? session.token : null);
  } catch (error) {
    if (!isRefusal(error)) throw error; // a refusal, or the connection's end
    panel.tell(error.message);
  }
}
