/** The page's entry: connects its parts with the address, the session, the connection and the server's symbols. */
import { TidewireClient } from "../client/index.js";
import { startAccount } from "../shared/account/account.js";
import { ChartLibraryError, loadChartLibrary } from "../shared/chart/chart_library.js";
import { ConnectionStatus } from "../shared/connection/connection_status.js";
import { readFrame } from "../shared/connection/frame_shapes.js";
import { socketAddress } from "../shared/connection/socket_address.js";
import { byId, partsOf } from "../shared/elements.js";
import { RestError, fetchSymbols } from "../shared/market_data/rest.js";
import { setText } from "../shared/painting.js";
import { isRefusal } from "../shared/refusal.js";
import { AccessToken } from "../shared/session/access_token.js";
import { Session } from "../shared/session/session.js";
import { Views } from "../shared/views.js";
import { Access } from "./access.js";
import { addressOf, shownOf } from "./address.js";
import { ComparisonView } from "./comparison/comparison_view.js";
import { RunForm } from "./form/run_form.js";
import { valuesOf } from "./form/run_given.js";
import { BacktestRequests } from "./requests.js";
import { ResultView } from "./result/result_view.js";
import { followBacktests } from "./runs/run_following.js";
import { RunList } from "./runs/run_list.js";
import { RunPanel } from "./runs/run_panel.js";
import { ShownRun } from "./shown_run.js";
import { SweepView } from "./sweep/sweep_view.js";

const RETRY_MILLISECONDS = 3_000;
const CHART_LACK = "The chart needs lightweight-charts, which npm installs: install Node 20 or later, then run make setup.";
/** What has the focus in each view. */
const VIEWS = { new: "new", runs: "runs", shown: "shown" };

const session = new Session();
const client = new TidewireClient(socketAddress(), { token: session.token, parse: readFrame });
const requests = new BacktestRequests(new AccessToken(session));
const views = new Views(VIEWS);
/** @type {Map<string, import("../shared/market_data/rest.js").Symbol>} */
let symbols = new Map();
const form = new RunForm(requests, (id) => {
  list.refresh();
  goTo({ id });
});
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

function afterDeleting() {
  list.refresh();
  goTo({});
}

/** @param {boolean} isSomebody whoever has come sees nothing of who was here before */
function enter(isSomebody) {
  list.forget();
  shown.forget();
  if (!isSomebody) return;
  list.load();
  showPlace();
  const place = shownOf(location);
  if (place.id || place.compared.length) views.show("shown");
  loadStrategies();
}

async function loadStrategies() {
  try {
    form.offerStrategies(await requests.strategies());
  } catch (error) {
    if (!isRefusal(error)) throw error;
    setText(byId("run-problem"), `${error.message}.`);
  }
}

/** Ask until the server knows its symbols: it may have started a moment before this page. */
async function awaitSymbols() {
  for (;;) {
    try {
      const loaded = await fetchSymbols();
      if (loaded.length) return loaded;
    } catch (error) {
      if (!(error instanceof RestError)) throw error; // asked again
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
  }
}

/** The rest of the page lives without charts. */
async function startCharts() {
  try {
    if (document.body.dataset.chartLibrary !== "true") return tellLack(CHART_LACK);
    const library = await loadChartLibrary();
    result.drawWith(library);
    comparison.drawWith(library);
  } catch (error) {
    if (!(error instanceof ChartLibraryError)) throw error;
    console.warn(error);
    tellLack(`${error.message}.`);
  }
}

/** @param {string} words */
function tellLack(words) {
  for (const note of partsOf(document, ".chart-lack")) {
    note.hidden = false;
    setText(note, words);
  }
}

async function start() {
  startAccount(session, client);
  new ConnectionStatus(client);
  new Access(client, session, enter);
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
  startCharts();
  const loaded = await awaitSymbols();
  symbols = new Map(loaded.map((info) => [info.symbol, info]));
  form.offerSymbols(loaded);
}

start();
