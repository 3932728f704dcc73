/** The page's entry: connects its parts with the address, the session, the connection and the server's symbols. */
import { TidewireClient } from "../client/index.js";
import { startAccount } from "../shared/account/account.js";
import { startCharts } from "../shared/chart/start_charts.js";
import { ConfirmDialog } from "../shared/confirm_dialog.js";
import { ConnectionStatus } from "../shared/connection/connection_status.js";
import { readFrame } from "../shared/connection/frame_shapes.js";
import { socketAddress } from "../shared/connection/socket_address.js";
import { byId } from "../shared/elements.js";
import { awaitSymbols } from "../shared/market_data/rest.js";
import { Access } from "../shared/session/access.js";
import { AccessToken } from "../shared/session/access_token.js";
import { Session } from "../shared/session/session.js";
import { backtestGiven } from "../shared/strategies/backtest_address.js";
import { OfferedStrategies } from "../shared/strategies/offered_strategies.js";
import { Views } from "../shared/views.js";
import { addressOf, shownOf } from "./address.js";
import { ComparisonView } from "./comparison/comparison_view.js";
import { RunForm } from "./form/run_form.js";
import { valuesOf } from "./form/run_given.js";
import { BacktestRequests } from "./requests.js";
import { ResultView } from "./result/result_view.js";
import { followBacktests } from "../shared/strategies/backtest_following.js";
import { RunList } from "./runs/run_list.js";
import { RunPanel } from "./runs/run_panel.js";
import { ShownRun } from "./shown_run.js";
import { SweepView } from "./sweep/sweep_view.js";

const SIGNED_OUT =
  "Choose a strategy, a market and a time, and see what it would have earned after fees. Sign in to begin: your backtests are yours alone.";
/** What has the focus in each view. */
const VIEWS = { new: "new", runs: "runs", shown: "shown" };

const session = new Session();
const client = new TidewireClient(socketAddress(), { token: session.token, parse: readFrame });
const requests = new BacktestRequests(new AccessToken(session));
const views = new Views(VIEWS);
const dialog = new ConfirmDialog();
/** @type {Map<string, import("../../types/market.js").Symbol>} */
let symbols = new Map();
const form = new RunForm(requests, (id) => {
  list.refresh();
  goTo({ id });
});
const strategies = new OfferedStrategies(byId("run-problem"), { ask: () => requests.strategies(), offer: offerStrategies });
const list = new RunList(requests, { open: (id) => goTo({ id }), compare: (compared) => goTo({ compared }) });
const panel = new RunPanel(requests, { again: fillForm, deleted: afterDeleting, changed: () => shown.load() });
const result = new ResultView(requests, (symbol) => symbols.get(symbol)?.tickSize);
const sweep = new SweepView(({ parameters }, { backtest }) => fillForm({ ...backtest, params: { ...backtest.params, ...parameters } }));
const comparison = new ComparisonView(() => goTo({}));
const shown = new ShownRun(requests, { panel, result, sweep, comparison });

/** @param {Partial<import("./address.js").Shown>} place another one, which the browser's own buttons can leave again */
function goTo(place) {
  history.pushState(null, "", addressOf(place));
  showPlace();
  if (place.id || place.compared) views.goTo("shown");
}

/** Show what the address names, to whoever is signed in. */
function showPlace() {
  const place = shownOf(location);
  list.select(place.id, place.compared);
  if (session.user) shown.show(place);
}

/** @param {import("../../types/backtests.js").Backtest} backtest */
function fillForm(backtest) {
  form.fill(valuesOf(backtest));
  views.goTo("new");
}

/** @param {boolean} isShown what was deleted, or something else is by now */
function afterDeleting(isShown) {
  list.refresh();
  if (isShown) goTo({});
}

/** @param {boolean} isSomebody whoever has come sees nothing of who was here before @returns {Promise<void> | undefined} until all has its place */
function enter(isSomebody) {
  dialog.close();
  list.forget();
  shown.forget();
  strategies.forget();
  if (!isSomebody) return undefined;
  list.load();
  showPlace();
  const place = shownOf(location);
  if (place.id || place.compared.length) views.show("shown");
  return strategies.load();
}

/** @param {import("../../types/backtests.js").StrategyKind[]} kinds */
function offerStrategies(kinds) {
  form.offerStrategies(kinds);
  const given = backtestGiven(location);
  if (kinds.some(({ name }) => name === given.strategy)) form.fill(given);
}

async function start() {
  startAccount(session, client, dialog);
  new ConnectionStatus(client);
  new Access(client, session, { signedOut: SIGNED_OUT, entered: enter });
  followBacktests(client, {
    progress: (event) => [list, shown].forEach((part) => part.progress(event)),
    lifecycle: (event) => {
      list.refresh();
      shown.lifecycle(event);
      if (event.state !== "running") form.renewStored();
    },
    again: () => {
      list.load();
      shown.load();
    },
  });
  addEventListener("popstate", showPlace);
  addEventListener("hashchange", showPlace);
  client.connect();
  startCharts((library) => [result, comparison].forEach((part) => part.drawWith(library)));
  const loaded = await awaitSymbols();
  symbols = new Map(loaded.map((info) => [info.symbol, info]));
  form.offerSymbols(loaded);
}

start();
