/** The page's parts that are about alerts, what they tell, and how the user wants to be told. */
import { StateSync } from "../client/index.js";
import { byId } from "../shared/elements.js";
import { AccessToken } from "../shared/session/access_token.js";
import { UserRequests } from "../shared/session/user_requests.js";
import { AlertDialog } from "./alerts/alert_dialog.js";
import { AlertList } from "./alerts/alert_list.js";
import { AlertRules } from "./alerts/alert_rules.js";
import { numberText } from "./alerts/alert_text.js";
import { ChartAlerts } from "./alerts/chart_alerts.js";
import { followUserChannels } from "../shared/channels/user_channels.js";
import { AlertSignal } from "./notifications/alert_signal.js";
import { MailList } from "./notifications/mail_list.js";
import { NotificationBell } from "./notifications/notification_bell.js";
import { NotificationToasts } from "./notifications/notification_toasts.js";
import { PreferencesDialog } from "./notifications/preferences_dialog.js";
import { PushPanel } from "./notifications/push_panel.js";
import { followClicks, unsubscribeAtSignOut } from "./notifications/push_registration.js";
import { ReachPanel } from "./notifications/reach_panel.js";
import { Toasts } from "./notifications/toasts.js";
import { ServicePanels } from "./notifications/service_panels.js";
import { WebhookPanel } from "./notifications/webhook_panel.js";
import { inCommonFrame } from "./common_frames.js";
import { onPriceDoubt, pricesMayBeOld } from "./market_data/price_doubt.js";
import { hashOf, selectionOf } from "./selection.js";

const USER_CHANNELS = ["notifications", "alerts"];
const ALERTS = "/api/v1/alerts/";
const NOTIFICATIONS = "/api/v1/notifications/";

export class Alerts {
  #client;
  #session;
  #toasts = new Toasts();
  #rules;
  #dialog;
  #list;
  #lines;
  #picking;
  /** @type {import("./chart/price_picking.js").Purpose} */
  #purpose = {
    ...{ button: byId("alert-pick"), here: byId("alert-here"), words: "Alert at" },
    mayPick: (/** @type {() => void} */ again) => this.#mayAct(again),
    pick: (price) => this.#dialog.create(this.#info?.symbol ?? "", { price }),
  };
  #bell;
  #news;
  #signal;
  /** @type {MailList} */
  #mails;
  #chart;
  /** @type {import("../../types/market.js").Symbol | undefined} */
  #info;
  /** @type {number | undefined} of that market, as its headline tells it */
  #price;
  /** @type {Map<string, import("../../types/market.js").Symbol>} */
  #symbols = new Map();
  /** @type {string | undefined} none: nobody is signed in */
  #userName = "";
  /** @type {(() => void) | null} what whoever is asked to sign in has begun */
  #begun = null;
  /** @type {() => void} */
  #rulesChanged = () => undefined;
  #paintPrice = inCommonFrame({ paint: () => this.#dialog.paint() });

  /**
   * @param {import("../client/client.js").TidewireClient} client
   * @param {import("../shared/session/session.js").Session} session
   * @param {import("./chart/chart_panel.js").ChartPanel} chart
   * @param {import("./chart/price_picking.js").PricePicking} picking of prices in that chart
   * @param {import("../shared/confirm_dialog.js").ConfirmDialog} confirm
   */
  constructor(client, session, chart, picking, confirm) {
    this.#client = client;
    this.#session = session;
    this.#chart = chart;
    const system = systemOf(client);
    const access = new AccessToken(session);
    this.#rules = new AlertRules(system, new UserRequests(access, ALERTS));
    const edit = (/** @type {import("../../types/alerts.js").Rule} */ rule) => this.#dialog.edit(rule);
    const isSignedIn = () => session.user !== null;
    const tickSizeOf = (/** @type {string} */ symbol) => this.#symbols.get(symbol)?.tickSize;
    this.#list = new AlertList(client, this.#rules, { edit, isSignedIn, tickSizeOf, priced: () => this.#dialog.isOpen && this.#paintPrice() });
    const market = { tickSizeOf, priceText: (/** @type {string} */ symbol) => this.#priceText(symbol) };
    this.#dialog = new AlertDialog(this.#rules, market, confirm);
    this.#lines = new ChartAlerts(this.#rules, { edit, refused: (error) => this.#refused(error) });
    this.#picking = picking;
    picking.offer(this.#purpose);
    this.#bell = new NotificationBell(system);
    this.#news = new NotificationToasts(system, this.#toasts);
    this.#signal = new AlertSignal(system);
    const requests = new UserRequests(access, NOTIFICATIONS);
    this.#mails = new MailList(requests);
    this.#startPreferences(requests, confirm);
    this.#watch();
  }

  /** @param {import("../../types/market.js").Symbol[]} symbols all that the server has */
  offer(symbols) {
    this.#symbols = new Map(symbols.map((info) => [info.symbol, info]));
    this.#dialog.offer(symbols.map(({ symbol }) => symbol));
    this.#list.render();
  }

  /** @param {import("../../types/market.js").Symbol} info of the market that the page shows */
  show(info) {
    this.#info = info;
    this.#price = undefined;
    this.#list.follow(info.symbol);
    this.#lines.show(info);
    this.#list.render();
  }

  /** @param {import("./market_data/market_state.js").MarketState} state whose price the open dialog tells */
  paint({ symbol, price }) {
    if (symbol !== this.#info?.symbol) return;
    this.#price = price;
    this.#list.follow(symbol, price);
    this.#dialog.paint();
  }

  /** Draw on the chart, once it is there. */
  draw() {
    if (!this.#chart.candleChart) return;
    this.#lines.drawOn(this.#chart.candleChart.levels);
  }

  /** Let the reader name a price in the chart. */
  pick() {
    this.#picking.begin(this.#purpose);
  }

  /**
   * Let the reader make an alert, on a level or a line that is drawn on the chart.
   *
   * @param {import("./alerts/alert_form_values.js").Begun} begun
   */
  create(begun) {
    const symbol = this.#info?.symbol ?? "";
    const create = () => this.#dialog.create(symbol, begun);
    if (this.#mayAct(create)) create();
  }

  /** The reader's rules, for what hangs on drawings. */
  get rules() {
    return this.#rules;
  }

  /** @param {() => void} handler told that there may be other rules than before */
  onRules(handler) {
    this.#rulesChanged = handler;
  }

  /** Open or close the list of notifications. */
  toggleNotifications() {
    this.#bell.toggle();
  }

  /** @param {UserRequests} requests @param {import("../shared/confirm_dialog.js").ConfirmDialog} confirm */
  #startPreferences(requests, confirm) {
    const reach = new ReachPanel(requests);
    const changed = () => reach.load();
    const panels = [reach, new PushPanel(requests, changed), new WebhookPanel(requests, confirm, changed), new ServicePanels(requests, changed)];
    const preferences = new PreferencesDialog(this.#client, panels, confirm, (saved) => {
      changed();
      this.#signal.saved(saved);
    });
    byId("preferences-open").addEventListener("click", () => {
      byId("notifications").hidePopover();
      preferences.open();
    });
    this.#session.addEventListener("change", () => preferences.clear());
    unsubscribeAtSignOut(this.#session);
  }

  #watch() {
    followUserChannels(this.#client, USER_CHANNELS);
    this.#rules.watch(
      () => this.#show(""),
      ({ code, message }) => code !== "PERMISSION_DENIED" && this.#show(`${message}.`),
    );
    byId("alert-new").addEventListener("click", () => this.create({}));
    byId("account-dialog").addEventListener("close", () => this.#session.user || (this.#begun = null));
    followClicks((symbol) => (location.hash = hashOf({ symbol, interval: selectionOf(location.hash).interval })));
    onPriceDoubt(() => this.#dialog.paint());
    this.#session.addEventListener("change", () => this.#follow());
    this.#follow();
  }

  /** Whoever comes sees nothing of who was here before, but goes on with what they began before they signed in. */
  #follow() {
    const { user } = this.#session;
    if (user?.username === this.#userName) return;
    this.#userName = user?.username;
    this.#rules.follow(user !== null);
    this.#list.forget();
    this.#news.forget();
    this.#dialog.close();
    this.#bell.follow(user !== null);
    this.#signal.follow(user !== null);
    this.#mails.follow(user !== null);
    this.#show("");
    this.#goOn();
  }

  /** Once the account's dialog, which has brought the user, is closed. */
  #goOn() {
    const begun = this.#begun;
    this.#begun = null;
    if (this.#session.user && begun) setTimeout(begun);
  }

  /** @param {string} problem */
  #show(problem) {
    this.#list.tell(problem);
    this.#lines.render();
    this.#rulesChanged();
  }

  /** Who isn't signed in is asked to be first. @param {() => void} again what is done then */
  #mayAct(again) {
    if (this.#session.user) return true;
    this.#begun = again;
    byId("account-open").click();
    return false;
  }

  /** @param {string} symbol */
  #priceText(symbol) {
    const shown = this.#price === undefined ? undefined : { price: this.#price, isOld: false };
    const known = symbol === this.#info?.symbol ? shown : this.#list.priceOf(symbol);
    if (!known) return "";
    const word = known.isOld || pricesMayBeOld() ? "Last known" : "Now";
    return `${word} ${numberText(known.price, this.#symbols.get(symbol)?.tickSize)}`;
  }

  /** @param {Error} error */
  #refused({ message }) {
    this.#toasts.show({ title: "The alert stays where it was", body: `${message}.`, severity: "warning" });
  }
}

/**
 * @param {import("../client/client.js").TidewireClient} client
 * @returns {import("../client/system.js").WebSocketSystem} what the client's own parts take
 */
function systemOf(client) {
  const command = (/** @type {string} */ action, /** @type {object} */ params) => client.command(action, params);
  return /** @type {any} */ ({ client, command, stateSync: new StateSync(client) });
}
