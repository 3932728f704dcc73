/** The page's entry: connects its parts with the session, the connection and the server's symbols. */
import { TidewireClient } from "../client/index.js";
import { startAccount } from "../shared/account/account.js";
import { ConfirmDialog } from "../shared/confirm_dialog.js";
import { ConnectionStatus } from "../shared/connection/connection_status.js";
import { readFrame } from "../shared/connection/frame_shapes.js";
import { socketAddress } from "../shared/connection/socket_address.js";
import { decimalsOfStep } from "../shared/format.js";
import { awaitSymbols } from "../shared/market_data/rest.js";
import { Access, BenchLoading } from "../shared/session/access.js";
import { AccessToken } from "../shared/session/access_token.js";
import { Session } from "../shared/session/session.js";
import { tellRefusedNews } from "../shared/trading/instances/news_banner.js";
import { ModelPanel } from "./models/model_panel.js";
import { SignalFeed } from "./newest/signal_feed.js";
import { SignalPanel } from "./newest/signal_panel.js";
import { RecordPanel } from "./record/record_panel.js";
import { SignalRequests } from "./requests.js";

const SIGNED_OUT = "Read what the strategies and models of this installation advise, why, and how often they were right before. Sign in to begin.";
const REFRESH_MILLISECONDS = 5_000;

const session = new Session();
const client = new TidewireClient(socketAddress(), { token: session.token, parse: readFrame });
const requests = new SignalRequests(new AccessToken(session));
const dialog = new ConfirmDialog();
/** @type {Map<string, number>} by symbol */
const decimals = new Map();
const newest = new SignalPanel((symbol) => decimals.get(symbol), () => record.repaint());
const record = new RecordPanel(() => newest.market);
const models = new ModelPanel(requests);
const loading = new BenchLoading();
const feed = new SignalFeed(client, requests, {
  signals: (...shown) => {
    newest.show(...shown);
    loading.end();
  },
  records: (records) => record.show(records),
  refused: (problem) => {
    newest.tell(problem);
    loading.end();
  },
});

/** @param {boolean} isSomebody whoever has come sees nothing of who was here before @returns {Promise<void> | undefined} until all has its place */
function enter(isSomebody) {
  dialog.close();
  for (const part of [feed, models]) part.forget();
  record.show({ items: [], complete: true });
  if (!isSomebody) return undefined;
  newest.tell("Loading the signals…");
  models.load();
  feed.start();
  return loading.begin();
}

async function start() {
  startAccount(session, client, dialog);
  new ConnectionStatus(client);
  new Access(client, session, { signedOut: SIGNED_OUT, entered: enter });
  client.on("error", ({ channel, message }) => channel?.startsWith("signals:") && tellRefusedNews(channel, message));
  setInterval(() => session.user && !document.hidden && models.refresh(), REFRESH_MILLISECONDS);
  client.connect();
  for (const { symbol, tickSize } of await awaitSymbols()) decimals.set(symbol, decimalsOfStep(tickSize));
  newest.repaint();
}

start();
