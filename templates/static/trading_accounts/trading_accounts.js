/** The page's entry: connects its parts with the address, the session and the connection. */
import { TidewireClient } from "../client/index.js";
import { startAccount } from "../shared/account/account.js";
import { followUserChannels } from "../shared/channels/user_channels.js";
import { ConfirmDialog } from "../shared/confirm_dialog.js";
import { ConnectionStatus } from "../shared/connection/connection_status.js";
import { readFrame } from "../shared/connection/frame_shapes.js";
import { socketAddress } from "../shared/connection/socket_address.js";
import { quoteAssetHeld } from "../shared/money.js";
import { Access } from "../shared/session/access.js";
import { AccessToken } from "../shared/session/access_token.js";
import { Session } from "../shared/session/session.js";
import { KillBanner } from "../shared/trading/kill_switch/kill_banner.js";
import { OwnTrading } from "../shared/trading/own_trading.js";
import { TradingRequests } from "../shared/trading/trading_requests.js";
import { AccountList } from "./account_list.js";
import { AccountPanel } from "./account_panel.js";
import { accountOf, addressOf } from "./address.js";
import { LimitsPanel } from "./limits/limits_panel.js";
import { ShownAccount } from "./shown_account.js";

const SIGNED_OUT = "See what your accounts hold, and set how much one order, one position or one day may cost you. Sign in to begin: your accounts are yours alone.";
const KILL_SWITCH = "system.kill_switch";

/** Whether nobody is trying to connect now. */
let isAway = false;

const session = new Session();
const client = new TidewireClient(socketAddress(), { token: session.token, parse: readFrame });
const requests = new TradingRequests(new AccessToken(session));
const dialog = new ConfirmDialog();
const trading = new OwnTrading(client, requests, session);
const killBanner = new KillBanner(requests, dialog, { freed: readAgain });
const panel = new AccountPanel(requests, dialog, readAgain);
const limits = new LimitsPanel(requests, dialog);
const list = new AccountList(goTo);
const shown = new ShownAccount(requests, (account, its) => {
  const isOwn = trading.accounts.some((one) => one.account === account.account);
  panel.show(account, isOwn);
  limits.show(its, isOwn, quoteAssetHeld(account.balances));
});

/** @param {string} id of an account, which the browser's own buttons can leave again */
function goTo(id) {
  history.pushState(null, "", addressOf(id));
  showPlace();
}

/** Show what the address names, by default the default account. */
function showPlace() {
  if (!session.user) return;
  shown.show(accountOf(location) || (trading.accounts[0]?.account ?? ""));
  list.show(trading.accounts, shown.id, listNote());
  if (trading.state === "refused") shown.giveUp();
}

function listNote() {
  if (trading.state === "refused") return `${trading.problem}.`;
  return trading.accounts.length ? "" : "Loading your accounts…";
}

function readAgain() {
  shown.load();
}

/** @param {boolean} isSomebody whoever has come sees nothing of who was here before @returns {Promise<void> | undefined} once all is there */
function enter(isSomebody) {
  dialog.close();
  shown.show("");
  limits.forget();
  killBanner.forget();
  if (!isSomebody) return undefined;
  const loading = shown.awaited();
  killBanner.load();
  showPlace();
  if (isAway) shown.giveUp();
  return loading;
}

/** Without a connection no account may come for long: the page says so in its place. @param {"connecting" | "reconnecting" | "disconnected"} event */
function follow(event) {
  isAway = event !== "connecting";
  if (isAway) shown.giveUp();
}

startAccount(session, client, dialog);
new ConnectionStatus(client);
new Access(client, session, { signedOut: SIGNED_OUT, entered: enter });
trading.on(() => {
  showPlace();
  shown.news();
});
client.onMessage("subscribed", ({ channel }) => channel === KILL_SWITCH && killBanner.load());
client.on(KILL_SWITCH, () => {
  killBanner.load();
  shown.news();
});
followUserChannels(client, [KILL_SWITCH]);
addEventListener("popstate", showPlace);
for (const event of /** @type {const} */ (["connecting", "reconnecting", "disconnected"])) client.on(event, () => follow(event));
client.connect();
