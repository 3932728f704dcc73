/** The page's entry: connects its parts with the address, the connection and the server's symbols. */
import { TidewireClient } from "../client/index.js";
import { ChannelSet } from "../shared/channels/channel_set.js";
import { followUserChannels } from "../shared/channels/user_channels.js";
import { ConfirmDialog } from "../shared/confirm_dialog.js";
import { socketAddress } from "../shared/connection/socket_address.js";
import { byId, partOf } from "../shared/elements.js";
import { AccessToken } from "../shared/session/access_token.js";
import { KillBanner } from "../shared/trading/kill_switch/kill_banner.js";
import { OwnTrading } from "../shared/trading/own_trading.js";
import { TradingRequests } from "../shared/trading/trading_requests.js";
import { Views } from "../shared/views.js";
import { Alerts } from "./alerts.js";
import { DeepBook } from "./book/deep_book.js";
import { OrderBook } from "./book/order_book.js";
import { Quote } from "./book/quote.js";
import { TradeList } from "./book/trade_list.js";
import { ChartPanel } from "./chart/chart_panel.js";
import { Comparison } from "./chart/compare/comparison.js";
import { DrawingAlerts } from "./chart/drawings/drawing_alerts.js";
import { Drawings } from "./chart/drawings/drawings.js";
import { FullScreen } from "./chart/display/full_screen.js";
import { Layouts } from "./chart/layouts/layouts.js";
import { GapNote } from "./chart/gap_note.js";
import { IntervalSwitch } from "./chart/interval_switch.js";
import { PricePicking } from "./chart/price_picking.js";
import { connectionOptions, session, startConnection } from "./connection.js";
import { ExchangeStatus } from "./market_data/exchange_status.js";
import { watchPriceDoubt } from "./market_data/price_doubt.js";
import { onMarketData } from "../shared/market_data/market_data.js";
import { symbolGiven } from "../shared/market_data/symbol_given.js";
import { MarketScreen } from "./market_screen.js";
import { ListedMarkets } from "./markets/listed_markets.js";
import { MarketOverview } from "./markets/market_overview.js";
import { WatchList } from "./markets/watch_list.js";
import { OrderLines } from "./order_lines/order_lines.js";
import { hashOf, selectionOf } from "./selection.js";
import { Shortcuts } from "./shortcuts.js";
import { Ticket } from "./ticket/ticket.js";
import { TradingDock } from "./trading/trading_dock.js";

const DEFAULT_SYMBOL = "BTCUSDT";
/** What has the focus in each view. */
const VIEWS = { chart: "chart", markets: "watch-list", book: "order-book", trades: "trades", order: "ticket", more: "dock" };
const KILL_SWITCH = "system.kill_switch";

const client = new TidewireClient(socketAddress(), connectionOptions);
const channels = new ChannelSet(client);
const quote = new Quote();
const chart = new ChartPanel(() => market.changed());
const deepBook = new DeepBook(client, () => market.forgetDeepBook());
const orderBook = new OrderBook(
  (price, byKey) => ticket.fill({ price }, { focuses: byKey }),
  (isWanted) => deepBook.want(isWanted),
);
const trades = new TradeList();
const gapNote = new GapNote(client);
const comparison = new Comparison(client, () => market.changed());
const fullScreen = new FullScreen();
const picking = new PricePicking(() => chart.price);
const dialog = new ConfirmDialog();
const alerts = new Alerts(client, session, chart, picking, dialog);
const drawings = new Drawings(session, new DrawingAlerts(alerts));
const tradingRequests = new TradingRequests(new AccessToken(session));
const trading = new OwnTrading(client, tradingRequests, session);
const tradingDock = new TradingDock(trading, tradingRequests, dialog, (symbol) => symbols.get(symbol));
const lines = new OrderLines(trading, tradingRequests, {
  fill: (order) => ticket.fill(order, { focuses: true }),
  price: () => chart.price,
  user: () => session.user?.user_id ?? "",
});
const killBanner = new KillBanner(tradingRequests, dialog, { told: (state) => ticket.restrict(state?.state) });
const watchList = new WatchList(client, session, dialog);
const overview = new MarketOverview(client, (symbol) => watchList.painted(symbol));
const views = new Views(VIEWS);
/** @type {Ticket} */
const ticket = new Ticket(client, { session, trading, requests: tradingRequests, views });
/** @type {MarketScreen} */
const market = new MarketScreen(client, chart, [quote, orderBook, trades, ticket, watchList, overview, alerts, tradingDock, lines]);
const intervals = new IntervalSwitch((interval) => {
  location.hash = hashOf({ ...selectionOf(location.hash), interval });
});
new Layouts(session, { looks, apply });
/** @type {Map<string, import("../../types/market.js").Symbol>} */
let symbols = new Map();
let chosenSymbol = "";
/** Whether the page says that there is no such market. */
let isRefused = false;

/** How the chart is drawn now; undefined: there is none. */
function looks() {
  if (!chart.menus) return undefined;
  return { ...chart.menus.chosen, compare: comparison.symbol, interval: selectionOf(location.hash).interval };
}

/** @param {import("./chart/layouts/layout_values.js").Looks} looks */
function apply({ interval, compare, ...chosen }) {
  chart.menus?.choose(chosen);
  comparison.choose(compare);
  location.hash = hashOf({ ...selectionOf(location.hash), interval });
}

/** Show what the address names; one that names no symbol is given one. */
function showSelection() {
  const selection = selectionOf(location.hash);
  const symbol = symbolGiven(selection.symbol, symbols.keys()) || defaultSymbol();
  if (symbol !== selection.symbol) {
    selection.symbol = symbol;
    history.replaceState(null, "", hashOf(selection));
  }
  const info = symbols.get(selection.symbol);
  intervals.show(selection.interval);
  for (const part of [watchList, overview, tradingDock]) part.select(selection);
  market.show(selection);
  const wasRefused = isRefused;
  isRefused = !info;
  if (!info) {
    refuse(selection.symbol);
    return;
  }
  if (selection.symbol !== chosenSymbol || wasRefused) showSymbol(info);
  comparison.show(selection);
  chart.show(info, selection);
  channels.replace(channelsOf(selection));
  deepBook.show(selection.symbol);
}

function defaultSymbol() {
  const [first = ""] = symbols.keys();
  return symbols.has(DEFAULT_SYMBOL) ? DEFAULT_SYMBOL : first;
}

/** @param {import("../../types/market.js").Symbol} info */
function showSymbol(info) {
  chosenSymbol = info.symbol;
  for (const part of [quote, orderBook, trades, gapNote, alerts, picking, drawings, ticket, lines]) part.show(info);
}

/** @param {string} symbol that the server doesn't have */
function refuse(symbol) {
  showSymbol({ symbol, base: symbol, quote: "", status: "", tickSize: NaN, stepSize: NaN, minNotional: null, minQuantity: null, maxQuantity: null });
  channels.replace([]);
  deepBook.show("");
  chart.refuse(`${symbol} is not a symbol that trades here. Choose one from the list.`);
}

/** @param {import("./selection.js").Selection} selection */
function channelsOf({ symbol, interval }) {
  return [`ticker:${symbol}`, `klines:${symbol}:${interval}`, `depth:${symbol}`, `trades:${symbol}`];
}

/** @param {import("../../types/market.js").Symbol[]} listed all that the server has, at first or once more are listed */
function showMarkets(listed) {
  const before = symbols;
  symbols = new Map(listed.map((info) => [info.symbol, info]));
  for (const part of [watchList, overview]) part.show(listed);
  alerts.offer(listed);
  comparison.offer(listed);
  if (!before.size) addEventListener("hashchange", turnToSelection);
  if (!before.size || (isRefused && symbolGiven(chosenSymbol, symbols.keys()))) showSelection();
}

/** Not at first, when another view may have been chosen while the markets were awaited. */
function turnToSelection() {
  views.show("chart");
  showSelection();
}

/** Tell which data is no market's: every data object of the simulator says so itself. */
function watchSource() {
  const badge = byId("simulated-badge");
  const tell = (/** @type {import("@tidewire/client/protocol").Marks} */ { simulated = false, source }) => {
    const isSimulated = simulated || source === "simulator";
    if (badge.hidden === isSimulated) badge.hidden = !isSimulated;
  };
  for (const type of /** @type {const} */ (["price", "ticker"])) onMarketData(client, type, tell);
}

/** What was asked and told of orders is for nobody else's eyes. */
function watchSession() {
  session.addEventListener("change", ({ detail: { reason } }) => {
    if (reason === "renewed") return;
    dialog.close();
    lines.enter();
    killBanner.forget();
  });
}

/** How it stands is read with each login over a connection, and when it is thrown. */
function watchKillSwitch() {
  followUserChannels(client, [KILL_SWITCH]);
  client.onMessage("subscribed", ({ channel }) => channel === KILL_SWITCH && killBanner.load());
  client.on(KILL_SWITCH, () => killBanner.load());
}

function reloadCandles() {
  chart.reload();
  comparison.reload();
}

/** After each connection but the first, read again what may have been missed: nothing where the client is told all of it. */
function watchGaps() {
  client.on("resync", ({ channel }) => channel.startsWith("klines:") && reloadCandles());
  let connectedBefore = false;
  client.on("connected", async () => {
    const candles = client.channels.filter((channel) => channel.startsWith("klines:"));
    const isMissing = connectedBefore && !(await client.resumed(candles));
    connectedBefore = true;
    if (isMissing) reloadCandles();
  });
}

/** The focus goes along, so that the keys act in the menu, and Escape closes it. */
function toggleMenu(/** @type {string} */ id) {
  const summary = partOf(byId(id), "summary");
  views.show("chart");
  summary.focus();
  summary.click();
}

/** The keys that the page's dialog lists. */
function watchKeys() {
  new Shortcuts({
    "/": () => {
      views.show("markets");
      watchList.search();
    },
    "]": () => watchList.step(1),
    "[": () => watchList.step(-1),
    ".": () => intervals.step(1),
    ",": () => intervals.step(-1),
    c: () => views.goTo("chart"),
    m: () => views.goTo("markets"),
    b: () => views.goTo("book"),
    t: () => views.goTo("trades"),
    d: () => views.goTo("more"),
    i: () => toggleMenu("indicator-menu"),
    l: () => toggleMenu("drawing-menu"),
    f: () => {
      views.show("chart");
      fullScreen.toggle();
    },
    a: () => {
      views.show("chart");
      alerts.pick();
    },
    o: () => ticket.goTo(),
    n: () => alerts.toggleNotifications(),
  });
}

/** What lies on the candles, once they are there. */
function drawOnChart() {
  alerts.draw();
  if (!chart.candleChart) return;
  picking.drawOn(chart.candleChart);
  comparison.drawOn(chart.candleChart);
  drawings.drawOn(chart.candleChart);
  lines.drawOn(chart.candleChart.orderLevels);
}

/** A price that is picked in the chart goes to the ticket, from whose view a phone has come. */
function offerPicking() {
  picking.offer({
    ...{ button: byId("ticket-pick"), here: byId("order-here"), words: "Order at" },
    mayPick: () => {
      views.show("chart");
      return true;
    },
    pick: (price) => ticket.fill({ price }, { focuses: true }),
    cancelled: () => views.goTo("order"),
  });
}

function start() {
  startConnection(client, dialog, [tradingDock]);
  offerPicking();
  new ExchangeStatus(client);
  watchPriceDoubt();
  watchSource();
  watchSession();
  watchKillSwitch();
  watchGaps();
  watchKeys();
  client.connect();
  chart.start().then(drawOnChart);
  new ListedMarkets(showMarkets, (problem) => watchList.tell(problem)).start();
}

start();
