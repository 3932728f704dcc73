/** The operators' page: who may see it, and which report goes to which panel. */
import { TidewireClient } from "../client/index.js";
import { startAccount } from "../shared/account/account.js";
import { ConfirmDialog } from "../shared/confirm_dialog.js";
import { ConnectionStatus } from "../shared/connection/connection_status.js";
import { readFrame } from "../shared/connection/frame_shapes.js";
import { exchangeName } from "../shared/market_data/exchange_text.js";
import { socketAddress } from "../shared/connection/socket_address.js";
import { AccessToken } from "../shared/session/access_token.js";
import { Session } from "../shared/session/session.js";
import { TradingRequests } from "../shared/trading/trading_requests.js";
import { Access } from "./access.js";
import { BridgePanel } from "./bridge_panel.js";
import { BridgeTable } from "./bridge_table.js";
import { ChannelTable } from "./channel_table.js";
import { ConnectionsPanel } from "./connections/connections_panel.js";
import { EventLog } from "./event_log.js";
import { Freshness } from "./freshness.js";
import { GatewayTable } from "./gateway_table.js";
import { HistoryPanel } from "./history_panel.js";
import { PlatformKillSwitch } from "./platform_kill_switch.js";
import { Totals } from "./totals.js";
import { VerdictLine } from "./verdict_line.js";
import { WorkerTable } from "./worker_table.js";

/** Reports come each second; health comes every five. */
const REPORTS_ARE_OLD_AFTER_MILLISECONDS = 4_000;

const REPORTS = "ops.gateways";
const KILL_SWITCH = "system.kill_switch";

const session = new Session();
const client = new TidewireClient(socketAddress(), { token: session.token, parse: readFrame });
const freshness = new Freshness("gateways", REPORTS_ARE_OLD_AFTER_MILLISECONDS);
const access = new Access(client, session);
const verdict = new VerdictLine();
const events = new EventLog();
const totals = new Totals();
const token = new AccessToken(session);
const dialog = new ConfirmDialog();
const killSwitch = new PlatformKillSwitch(new TradingRequests(token), dialog, session);
const history = new HistoryPanel(token);
const connections = new ConnectionsPanel(token, dialog);
const panels = [
  totals,
  new GatewayTable(),
  new BridgePanel(),
  new BridgeTable("bridge-slots", ({ slot }) => slot, ({ bridge_slots: slots }) => slots),
  new BridgeTable("further-bridges", ({ source }) => exchangeName(source), ({ further_bridges: further }) => further),
  new WorkerTable(),
  new ChannelTable(),
];

function watchReports() {
  client.on(REPORTS, ({ data }) => {
    freshness.heard();
    for (const panel of panels) panel.show(data);
    events.compare(data);
    verdict.tell({ report: data, isOld: false });
  });
  client.on("system.health", ({ data }) => {
    totals.showHealth(data);
    verdict.tell({ health: data });
  });
  client.on("system.exchange", ({ event = "", data, timestamp = "" }) => events.news(event, data, timestamp));
  client.onMessage("subscribed", ({ channel }) => channel === KILL_SWITCH && killSwitch.load());
  client.onMessage("subscribed", ({ channel }) => channel === REPORTS && history.load());
  client.onMessage("subscribed", ({ channel }) => channel === REPORTS && connections.load());
  client.on(KILL_SWITCH, ({ data, timestamp = "" }) => killSwitch.told(/** @type {any} */ (data), timestamp));
  freshness.onChange((isOld) => verdict.tell({ isOld }));
}

function watchConnection() {
  for (const name of ["connecting", "connected", "reconnecting", "disconnected"]) {
    client.on(name, () => verdict.tell({ isConnected: client.state === "connected" }));
  }
}

/** Whoever signs out leaves nothing behind for the next reader; a login that has only ended does. */
function forget() {
  for (const panel of panels) panel.clear();
  events.clear();
  killSwitch.clear();
  history.clear();
  connections.clear();
  verdict.clear();
}

startAccount(session, client, dialog);
new ConnectionStatus(client);
watchReports();
watchConnection();
access.start(forget);
