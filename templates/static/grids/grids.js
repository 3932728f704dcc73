/** The page's entry: connects its parts with the address, the session, the connection and the server's symbols. */
import { TidewireClient } from "../client/index.js";
import { MarketPanel } from "../shared/chart/market/market_panel.js";
import { ConfirmDialog } from "../shared/confirm_dialog.js";
import { readFrame } from "../shared/connection/frame_shapes.js";
import { socketAddress } from "../shared/connection/socket_address.js";
import { AccessToken } from "../shared/session/access_token.js";
import { Session } from "../shared/session/session.js";
import { KillSwitch } from "../shared/trading/kill_switch/kill_switch.js";
import { TradingRequests } from "../shared/trading/trading_requests.js";
import { AccountChoice } from "../shared/trading/instances/account_choice.js";
import { EventLog } from "../shared/trading/instances/event_log.js";
import { instanceAddress } from "../shared/trading/instances/instance_address.js";
import { InstanceList } from "../shared/trading/instances/instance_list.js";
import { InstancePage } from "../shared/trading/instances/instance_page.js";
import { InstancePanel } from "../shared/trading/instances/instance_panel.js";
import { ProfitView } from "../shared/trading/instances/profit_view.js";
import { ShownInstance } from "../shared/trading/instances/shown_instance.js";
import { ShownPlace } from "../shared/trading/instances/shown_place.js";
import { Views } from "../shared/views.js";
import { linesOfGrid } from "./chart/drawn_lines.js";
import { GridForm } from "./form/grid_form.js";
import { valuesOf } from "./form/grid_given.js";
import { PreviewView } from "./preview/preview_view.js";
import { startQuestion } from "./preview/start_question.js";
import { GridRequests } from "./requests.js";
import { GridActions } from "./shown/grid_actions.js";
import { gridFigures, parameterRows, rowTexts, titleOf } from "./shown/grid_text.js";
import { offeredIn } from "./shown/offered.js";
import { showLevels } from "./shown/level_table.js";

const SIGNED_OUT =
  "Plan a grid on the chart, and let it buy low and sell high with play money at real prices. Sign in to begin: your grids are yours alone.";
/** What has the focus in each view. */
const VIEWS = { new: "new", own: "own", shown: "shown" };
const CANDLES = { intervals: ["1m", "5m", "15m", "1h", "4h", "1d"], interval: "5m" };
const BEFORE = "Before you opened it: its fills and its life, as they are stored. When orders were placed, and which were refused, is told live only.";
const { idOf, addressOf } = instanceAddress("/grids/");
const LISTED = {
  loading: "Loading your grids…",
  none: "None yet. Plan your first in the form: its lines are drawn while you type.",
  addressOf,
  textsOf: rowTexts,
};

const session = new Session();
const client = new TidewireClient(socketAddress(), { token: session.token, parse: readFrame });
const token = new AccessToken(session);
const requests = new GridRequests(client, token);
const place = new ShownPlace(new Views(VIEWS), { idOf, addressOf, show });
const dialog = new ConfirmDialog();
const market = new MarketPanel(client, () => shown.candlesChanged(), CANDLES);
const profit = new ProfitView();
const preview = new PreviewView(market);
/** @type {InstancePanel<import("../../types/grids.js").Grid>} */
const panel = new InstancePanel({ titleOf, figuresOf: gridFigures, parameterRows, offered: offeredIn });
const shown = new ShownInstance(requests, {
  ...{ panel, profit, market, draw, log: new EventLog(BEFORE), unknown: "There is no such grid of yours." },
  infoOf: (symbol) => page.infoOf(symbol),
  feeRateOf: ({ parameters }) => parameters.fee_rate,
});
const list = new InstanceList(requests, LISTED, (id) => place.goTo(id), (id) => account.nameOf(id));
const killSwitch = new KillSwitch(new TradingRequests(token), dialog, { grids: () => list.liveCount, thrown: () => page.readAgain() });
/** @type {GridForm} */
const form = new GridForm(requests, {
  typed: () => place.id && place.goTo("", { keepsView: true }),
  pair: (info) => {
    if (!place.id) market.show(info);
    account.show();
  },
  account: () => account.show(),
  preview: (planned, given, missing) => {
    form.showWarnings(planned?.warnings ?? []);
    if (!place.id) preview.show(planned, given, missing);
  },
  submit: (planned, given) => {
    const market = { ...preview.market, account: account.chosenName };
    dialog.ask(startQuestion(planned, given, { market, requests, form, started: () => page.started(), open: (id) => place.goTo(id) }));
  },
  price: () => (market.info?.symbol === form.info?.symbol ? market.candles.at(-1)?.close : undefined),
});
const account = new AccountChoice(requests, form, () => list.repaint());
/** @type {InstancePage<import("../../types/grids.js").Grid>} */
const page = new InstancePage("grid", { session, client, dialog, place, list, shown, account, killSwitch, form, charts: [market, profit] });
new GridActions(requests, dialog, () => shown.shown, () => page.changed());

/** @param {import("../../types/grids.js").Grid} grid @param {import("../shared/trading/instances/shown_instance.js").Traded} traded */
function draw(grid, { resting, market: { decimals } }) {
  market.showLines(linesOfGrid(grid, resting), `${resting.length} orders rest`);
  showLevels(grid.levels ?? [], new Set(resting.map(({ side, price }) => `${side} ${price}`)), decimals);
}

/** @param {string} id which the address names: it is shown to whoever is signed in */
function show(id) {
  list.select(id);
  if (!session.user) return;
  shown.show(id);
  preview.toggle(!id);
  if (id) return;
  market.show(form.info);
  form.preview();
}

async function start() {
  await page.start({ signedOut: SIGNED_OUT, again: (grid) => form.fill(valuesOf(grid)) });
  if (session.user && !place.id) form.preview();
}

start();
