/** The page's entry: connects its parts with the address, the session, the connection and the server's symbols. */
import { TidewireClient } from "../client/index.js";
import { MarketPanel } from "../shared/chart/market/market_panel.js";
import { ConfirmDialog } from "../shared/confirm_dialog.js";
import { readFrame } from "../shared/connection/frame_shapes.js";
import { socketAddress } from "../shared/connection/socket_address.js";
import { byId } from "../shared/elements.js";
import { DEFAULT_INTERVAL, offeredIntervals } from "../shared/market_data/intervals.js";
import { setText } from "../shared/painting.js";
import { isRefusal } from "../shared/refusal.js";
import { AccessToken } from "../shared/session/access_token.js";
import { Session } from "../shared/session/session.js";
import { followBacktests } from "../shared/strategies/backtest_following.js";
import { backtestOf } from "../shared/strategies/copy_address.js";
import { OfferedStrategies } from "../shared/strategies/offered_strategies.js";
import { AccountChoice } from "../shared/trading/instances/account_choice.js";
import { EventLog } from "../shared/trading/instances/event_log.js";
import { instanceAddress } from "../shared/trading/instances/instance_address.js";
import { InstanceList } from "../shared/trading/instances/instance_list.js";
import { InstancePage } from "../shared/trading/instances/instance_page.js";
import { InstancePanel } from "../shared/trading/instances/instance_panel.js";
import { ProfitView } from "../shared/trading/instances/profit_view.js";
import { ShownInstance } from "../shared/trading/instances/shown_instance.js";
import { ShownPlace } from "../shared/trading/instances/shown_place.js";
import { KillBanner } from "../shared/trading/kill_switch/kill_banner.js";
import { Views } from "../shared/views.js";
import { ComparisonView } from "./comparison/comparison_view.js";
import { RunComparison } from "./comparison/run_comparison.js";
import { startQuestion } from "./form/start_question.js";
import { StrategyForm } from "./form/strategy_form.js";
import { valuesOf } from "./form/strategy_given.js";
import { StrategyRequests } from "./requests.js";
import { showStrategy } from "./shown/strategy_drawing.js";
import { StrategyActions } from "./shown/strategy_actions.js";
import { feeRateOf, offeredIn, parameterRows, rowTexts, strategyFigures, titleOf } from "./shown/strategy_text.js";

const SIGNED_OUT = "Choose a strategy, read what it does, test it on the past, and let it trade with play money at real prices. Sign in to begin: your strategies are yours alone.";
/** What has the focus in each view. */
const VIEWS = { new: "new", own: "own", shown: "shown" };
const CANDLES = { intervals: offeredIntervals(), interval: DEFAULT_INTERVAL };
const BEFORE = "Before you opened it: its signals, its fills and its life, as they are stored. When orders were placed is told live only.";
const { idOf, addressOf } = instanceAddress("/strategies/");
const LISTED = { loading: "Loading your strategies…", none: "None yet. Choose your first in the form.", addressOf, textsOf: rowTexts };

const session = new Session();
const client = new TidewireClient(socketAddress(), { token: session.token, parse: readFrame });
const requests = new StrategyRequests(client, new AccessToken(session));
const place = new ShownPlace(new Views(VIEWS), { idOf, addressOf, show });
const dialog = new ConfirmDialog();
const market = new MarketPanel(client, () => shown.candlesChanged(), CANDLES);
const profit = new ProfitView();
const comparisonView = new ComparisonView();
const comparison = new RunComparison(requests, comparisonView);
/** @type {InstancePanel<import("../../types/strategies.js").LiveStrategy>} */
const panel = new InstancePanel({ titleOf, figuresOf: strategyFigures, parameterRows, offered: offeredIn });
const shown = new ShownInstance(requests, {
  ...{ panel, profit, market, feeRateOf, log: new EventLog(BEFORE), unknown: "There is no such strategy of yours." },
  infoOf: (symbol) => page.infoOf(symbol),
  intervalOf: ({ interval }) => interval,
  signalsOf: ({ signals }) => signals ?? [],
  draw: (strategy, traded) => {
    showStrategy(market, strategy, traded);
    comparison.show(strategy, traded.market, backtestOf(location));
  },
});
const list = new InstanceList(requests, LISTED, (id) => place.goTo(id), (id) => account.nameOf(id));
const killBanner = new KillBanner(requests, dialog, { freed: () => page.readAgain() });
/** @type {StrategyForm} */
const form = new StrategyForm({
  typed: () => place.id && place.goTo("", { keepsView: true }),
  market: () => {
    if (!place.id) showMarket();
    account.show();
  },
  account: () => account.show(),
  submit: (given, title) => {
    const words = { title, quote: form.info?.quote ?? "", account: account.chosenName };
    dialog.ask(startQuestion(given, words, { requests, form, started: () => page.started(), open: (id) => place.goTo(id) }));
  },
});
const kinds = new OfferedStrategies(byId("strategy-problem"), { ask: () => requests.kinds(), offer: offerKinds });
const account = new AccountChoice(requests, form, () => list.repaint());
/** @type {InstancePage<import("../../types/strategies.js").LiveStrategy>} */
const page = new InstancePage("strategy", { session, client, dialog, place, list, shown, account, killSwitch: killBanner, form, besides: [comparison, kinds], charts: [market, profit, comparisonView] });
new StrategyActions(requests, dialog, () => shown.shown, () => page.changed());

/** @param {string} id which the address names: it is shown to whoever is signed in */
function show(id) {
  list.select(id);
  if (!session.user) return;
  shown.show(id);
  if (!id) showMarket();
}

/** Show the candles of the market that is typed, with nothing on them. */
function showMarket() {
  market.show(form.info, form.interval);
  market.showLines([], "");
  market.showFills([]);
  market.showSignals([]);
}

/** @param {import("../../types/backtests.js").StrategyKind[]} offered */
async function offerKinds(offered) {
  form.offerKinds(offered);
  const backtest = place.id ? "" : backtestOf(location);
  try {
    if (backtest) form.copy(await requests.backtestNamed(backtest));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    setText(byId("strategy-problem"), `${error.message}.`);
  }
}

followBacktests(client, { progress: () => undefined, lifecycle: (event) => comparison.lifecycle(event), again: () => comparison.load() });
page.start({ signedOut: SIGNED_OUT, entered: () => kinds.load(), again: (strategy) => form.fill(valuesOf(strategy)) });
