/** The page's parts that are about alerts, what they tell, and how the user wants to be told. */
import { StateSync } from "../client/index.js";
import { AlertDialog } from "./alert_dialog.js";
import { AlertList } from "./alert_list.js";
import { AlertRules } from "./alert_rules.js";
import { numberInWords } from "./alert_words.js";
import { ChartAlerts } from "./chart_alerts.js";
import { byId } from "./elements.js";
import { MailList } from "./mail_list.js";
import { NotificationBell } from "./notification_bell.js";
import { NotificationNews } from "./notification_news.js";
import { OwnAccess } from "./own_access.js";
import { OwnRequests } from "./own_requests.js";
import { PreferencesDialog } from "./preferences_dialog.js";
import { PricePicking } from "./price_picking.js";
import { PushPanel } from "./push_panel.js";
import { followClicks, unsubscribeAtSignOut } from "./push_registration.js";
import { ReachPanel } from "./reach_panel.js";
import { hashOf, selectionOf } from "./selection.js";
import { Toasts } from "./toasts.js";
import { followOwnChannels } from "./user_channels.js";
import { WebhookPanel } from "./webhook_panel.js";

const OWN_CHANNELS = ["notifications", "alerts"];
const ALERTS = "/api/v1/alerts/";
const NOTIFICATIONS = "/api/v1/notifications/";

export class AlertSide {
  #client;
  #session;
  #toasts = new Toasts();
  #rules;
  #dialog;
  #list;
  #lines;
  #picking;
  #bell;
  #news;
  /** @type {MailList} */
  #mails;
  #chart;
  /** @type {import("./rest.js").Symbol | undefined} */
  #info;
  /** @type {Map<string, import("./rest.js").Symbol>} */
  #symbols = new Map();
  /** @type {string | undefined} none: nobody is signed in */
  #userName = "";

  /**
   * @param {import("../client/client.js").TidewireClient} client
   * @param {import("./session.js").Session} session
   * @param {import("./chart_panel.js").ChartPanel} chart
   */
  constructor(client, session, chart) {
    this.#client = client;
    this.#session = session;
    this.#chart = chart;
    const system = systemOf(client);
    const access = new OwnAccess(session);
    this.#rules = new AlertRules(system, new OwnRequests(access, ALERTS));
    const edit = (/** @type {import("./alert_rule.js").Rule} */ rule) => this.#dialog.edit(rule);
    const isSignedIn = () => session.user !== null;
    const tickSizeOf = (/** @type {string} */ symbol) => this.#symbols.get(symbol)?.tickSize;
    this.#list = new AlertList(client, this.#rules, { edit, isSignedIn, tickSizeOf });
    this.#dialog = new AlertDialog(this.#rules, { tickSizeOf, priceInWords: (symbol) => this.#priceInWords(symbol) });
    this.#lines = new ChartAlerts(this.#rules, { edit, refused: (error) => this.#refused(error) });
    this.#picking = this.#newPicking();
    this.#bell = new NotificationBell(system);
    this.#news = new NotificationNews(system, this.#toasts);
    const requests = new OwnRequests(access, NOTIFICATIONS);
    this.#mails = new MailList(requests);
    this.#startPreferences(requests);
    this.#watch();
  }

  /** @param {import("./rest.js").Symbol[]} symbols all that the server has */
  offer(symbols) {
    this.#symbols = new Map(symbols.map((info) => [info.symbol, info]));
    this.#dialog.offer(symbols.map(({ symbol }) => symbol));
    this.#list.render();
  }

  /** @param {import("./rest.js").Symbol} info of the market that the page shows */
  show(info) {
    this.#info = info;
    this.#lines.show(info);
    this.#picking.show(info);
    this.#list.render();
  }

  /** Draw on the chart, once it is there. */
  draw() {
    if (!this.#chart.candleChart) return;
    this.#lines.drawOn(this.#chart.candleChart.levels);
    this.#picking.drawOn(this.#chart.candleChart);
  }

  /** Let the reader name a price in the chart. */
  pick() {
    this.#picking.begin();
  }

  /** Open or close the list of notifications. */
  toggleNotifications() {
    this.#bell.toggle();
  }

  #newPicking() {
    return new PricePicking({
      pick: (price) => this.#dialog.create(this.#info?.symbol ?? "", price),
      currentPrice: () => this.#chart.price,
      isBusy: () => this.#lines.isBusy,
      mayPick: () => this.#mayAct(),
    });
  }

  /** @param {OwnRequests} requests */
  #startPreferences(requests) {
    const reach = new ReachPanel(requests);
    const changed = () => reach.load();
    const panels = [reach, new PushPanel(requests, changed), new WebhookPanel(requests, changed)];
    const preferences = new PreferencesDialog(this.#client, panels, changed);
    byId("preferences-open").addEventListener("click", () => {
      byId("notifications").hidePopover();
      preferences.open();
    });
    this.#session.addEventListener("change", () => preferences.clear());
    unsubscribeAtSignOut(this.#session);
  }

  #watch() {
    followOwnChannels(this.#client, OWN_CHANNELS);
    this.#rules.watch(
      () => this.#show(""),
      ({ code, message }) => code !== "PERMISSION_DENIED" && this.#show(`${message}.`),
    );
    byId("alert-new").addEventListener("click", () => {
      if (this.#mayAct()) this.#dialog.create(this.#info?.symbol ?? "");
    });
    followClicks((symbol) => (location.hash = hashOf({ symbol, interval: selectionOf(location.hash).interval })));
    this.#session.addEventListener("change", () => this.#follow());
    this.#follow();
  }

  /** Whoever comes sees nothing of who was here before. */
  #follow() {
    const { user } = this.#session;
    if (user?.username === this.#userName) return;
    this.#userName = user?.username;
    this.#rules.follow(user !== null);
    this.#list.forget();
    this.#news.forget();
    this.#dialog.close();
    this.#bell.follow(user !== null);
    this.#mails.follow(user !== null);
    this.#show("");
  }

  /** @param {string} problem */
  #show(problem) {
    this.#list.tell(problem);
    this.#lines.render();
  }

  /** Who isn't signed in is asked to be first. */
  #mayAct() {
    if (this.#session.user) return true;
    byId("account-open").click();
    return false;
  }

  /** @param {string} symbol */
  #priceInWords(symbol) {
    const price = symbol === this.#info?.symbol ? this.#chart.price : this.#list.priceOf(symbol);
    return price === undefined ? "" : `Now ${numberInWords(price, this.#symbols.get(symbol)?.tickSize)}`;
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
