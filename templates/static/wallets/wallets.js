/** The page's entry: connects its parts with the address, the session and the connection. */
import { TidewireClient } from "../client/index.js";
import { startAccount } from "../shared/account/account.js";
import { ConfirmDialog } from "../shared/confirm_dialog.js";
import { ConnectionStatus } from "../shared/connection/connection_status.js";
import { readFrame } from "../shared/connection/frame_shapes.js";
import { socketAddress } from "../shared/connection/socket_address.js";
import { Access, BenchLoading } from "../shared/session/access.js";
import { AccessToken } from "../shared/session/access_token.js";
import { Session } from "../shared/session/session.js";
import { tellRefusedNews } from "../shared/trading/instances/news_banner.js";
import { BlockPanel } from "./blocks/block_panel.js";
import { TransactionForm } from "./forms/transaction_form.js";
import { WalletForm } from "./forms/wallet_form.js";
import { OwnWallets } from "./own_wallets.js";
import { addressOf, walletOf } from "./page_address.js";
import { WalletRequests } from "./requests.js";
import { TokenPanel } from "./shown/token_panel.js";
import { WalletChanges } from "./shown/wallet_changes.js";
import { WalletPanel } from "./shown/wallet_panel.js";
import { TransactionPanel } from "./transactions/transaction_panel.js";
import { WalletList } from "./wallet_list.js";

const SIGNED_OUT = "Watch addresses of a chain: what they hold, what comes and goes, and how far each transaction is. No private key is ever asked for. Sign in to begin: your list is yours alone.";
const NONE = "You watch no wallet yet: paste an address above.";

const session = new Session();
const client = new TidewireClient(socketAddress(), { token: session.token, parse: readFrame });
const requests = new WalletRequests(new AccessToken(session));
const dialog = new ConfirmDialog();
const list = new WalletList(goTo);
const shown = new WalletPanel(requests);
const blocks = new BlockPanel(client, requests);
const own = new OwnWallets(client, requests, { changed: showAll, moved: () => shown.refresh(), refused: (problem) => tell(problem) });
const transactions = new TransactionPanel(requests, () => own.load());
const walletForm = new WalletForm(requests, ({ id }) => readThen(id));
const transactionForm = new TransactionForm(requests, () => own.load());
const tokens = new TokenPanel(requests, dialog, () => own.load());
new WalletChanges(requests, dialog, { wallet: () => shown.wallet, changed: () => own.load() });
const loading = new BenchLoading();
let problem = "";
let hasRead = false;

/** @param {string} id of a wallet, which the browser's own buttons can leave again */
function goTo(id) {
  history.pushState(null, "", addressOf(id));
  showAll();
}

/** @param {string} id of a wallet that was added */
async function readThen(id) {
  await own.load();
  goTo(id);
}

/** @param {string} words why nothing can be read; empty: it was */
function tell(words) {
  problem = words;
  hasRead = true;
  showAll();
  shown.whole.finally(() => loading.end());
}

function showAll() {
  const { wallets, chains } = own;
  const id = walletOf(location);
  const wallet = wallets.find((one) => one.id === id) ?? (id ? null : (wallets[0] ?? null));
  list.show(wallets, wallet?.id ?? "", problem || (wallets.length ? "" : hasRead ? NONE : "Loading your wallets…"));
  shown.show(wallet, id && !wallet && hasRead && !problem ? "There is no such wallet of yours." : "");
  tokens.show(shown.wallet);
  transactions.show(own);
  if (!session.user) return;
  const names = chains.map(({ chain }) => chain);
  for (const form of [walletForm, transactionForm]) form.offer(names);
  if (hasRead && !problem) blocks.show(chains, wallet?.chain ?? "");
}

/** @param {boolean} isSomebody whoever has come sees nothing of who was here before @returns {Promise<void> | undefined} until all has its place */
function enter(isSomebody) {
  [problem, hasRead] = ["", false];
  dialog.close();
  for (const part of [own, walletForm, transactionForm, tokens, blocks]) part.forget();
  if (!isSomebody) return undefined;
  own.start();
  return loading.begin();
}

startAccount(session, client, dialog);
new ConnectionStatus(client);
new Access(client, session, { signedOut: SIGNED_OUT, entered: enter });
client.on("error", ({ channel, message }) => channel && /^(wallet|tx|blocks):/.test(channel) && tellRefusedNews(channel, message));
addEventListener("popstate", showAll);
client.connect();
