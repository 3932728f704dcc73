/**
 * What whoever is signed in owns and has open, as it changes: accounts, positions, orders that rest, fills. Nothing of it is kept
 * for whoever comes next.
 */
import { followUserChannels } from "../channels/user_channels.js";
import { oncePerFrame } from "../painting.js";
import { isRefusal } from "../refusal.js";
import { Retry } from "../retry.js";
import { Turns } from "../turns.js";
import { OwnAccounts } from "./own_accounts.js";
import { OwnOrders } from "./own_orders.js";

/** @typedef {import("../../../types/trading.js").Account} Account */
/** @typedef {import("../../../types/trading.js").Order} Order */
/** @typedef {import("../../../types/trading.js").Portfolio} Portfolio */
/** @typedef {import("../../../types/trading.js").Position} Position */
/** @typedef {import("../../../types/trading.js").OwnTradingState} OwnTradingState */

export const ORDERS = "orders:me";
const ACCOUNT = "account:me";
const PORTFOLIO = "portfolio:me";
const CHANNELS = [ORDERS, ACCOUNT, PORTFOLIO];
/** So many of the newest orders are read for what was executed before. */
const PAST_ORDERS = 200;

export class OwnTrading {
  #client;
  #requests;
  #session;
  #users = new Turns();
  #userId = "";
  #orders = new OwnOrders();
  #accounts = new OwnAccounts();
  /** @type {Portfolio | null} */
  #portfolio = null;
  /** @type {Set<string>} the channels that aren't told, or not yet */
  #missing = new Set(CHANNELS);
  #hasList = false;
  #retry;
  /** @type {Set<() => void>} */
  #listeners = new Set();
  #tell = oncePerFrame(() => this.#listeners.forEach((listener) => listener()));
  /** Why the state is `refused`, a sentence without its stop; empty otherwise. */
  problem = "";

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {import("./trading_requests.js").TradingRequests} requests
   * @param {import("../session/session.js").Session} session
   * @param {{retryAfter?: number}} [options] ms until what couldn't be read is asked for again
   */
  constructor(client, requests, session, { retryAfter } = {}) {
    this.#retry = new Retry(retryAfter);
    this.#client = client;
    this.#requests = requests;
    this.#session = session;
    session.addEventListener("change", () => this.#enter());
    this.#enter();
    this.#follow();
  }

  /** @returns {OwnTradingState} */
  get state() {
    if (!this.#userId) return "signed_out";
    if (this.problem) return "refused";
    return this.#hasList && !this.#missing.size ? "known" : "loading";
  }

  /** @returns {Account[]} the default one first */
  get accounts() {
    return this.#accounts.all;
  }

  /** The id of the account that the page acts on; empty: not known yet. */
  get account() {
    return this.#accounts.chosen?.account ?? "";
  }

  /** @returns {ReadonlyMap<string, import("../../../types/trading.js").Balance>} of the chosen account, by asset */
  get balances() {
    return new Map(this.#accounts.chosen?.balances.map((balance) => [balance.asset, balance]));
  }

  /** @returns {ReadonlyMap<string, Position>} over all accounts and grids, by symbol */
  get positions() {
    return new Map(this.#portfolio?.positions.map((position) => [position.symbol, position]));
  }

  /** @returns {Portfolio | null} what all of it is worth; null: not known yet */
  get portfolio() {
    return this.#portfolio;
  }

  /** @returns {ReadonlyMap<string, Order>} of the chosen account by id, those of its grids too; the oldest first */
  get openOrders() {
    if (this.accounts.length < 2) return this.#orders.open;
    return new Map([...this.#orders.open].filter(([, { account }]) => account === this.account));
  }

  /** @returns {ReadonlyMap<string, Order>} what became of orders that rested a while ago, by id; bounded */
  get endedOrders() {
    return this.#orders.ended;
  }

  /** @returns {import("../../../types/trading.js").OrderFill[]} of the chosen account, the newest first; bounded */
  get fills() {
    return this.#orders.fills.filter(({ account }) => !this.account || account === this.account);
  }

  /** @param {string} account its id; one that isn't there is no error */
  choose(account) {
    this.#accounts.choose(account);
    this.#tell();
  }

  /** @param {() => void} listener called after changes, at most once a frame @returns {() => void} ends it */
  on(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What was told to somebody else is for nobody's eyes any more. */
  #enter() {
    const userId = this.#session.user?.user_id ?? "";
    if (userId === this.#userId) return;
    this.#userId = userId;
    this.#users.begin();
    this.#retry.stop();
    this.#orders = new OwnOrders();
    this.#accounts = new OwnAccounts();
    this.#portfolio = null;
    this.#missing = new Set(CHANNELS);
    this.#hasList = false;
    this.problem = "";
    this.#tell();
  }

  /** The connection may still be that of whoever was here before: what it tells then is nobody's. */
  get #isOwn() {
    return this.#userId !== "" && String(this.#client.userId) === String(this.#userId);
  }

  #follow() {
    const client = this.#client;
    followUserChannels(client, CHANNELS);
    client.on(ORDERS, ({ data }) => this.#news(() => this.#orders.take(/** @type {Order} */ (data))));
    client.on(ACCOUNT, ({ data }) => this.#news(() => this.#takeAccount(/** @type {Account} */ (data))));
    client.on(PORTFOLIO, ({ data }) => this.#news(() => (this.#portfolio = /** @type {Portfolio} */ (data))));
    client.onMessage("subscribed", ({ channel, recovered }) => this.#news(() => this.#subscribed(String(channel), recovered)));
    client.on("error", ({ channel = "", message }) => this.#news(() => this.#refused(channel, message)));
    client.on("resync", ({ channel }) => channel === ORDERS && this.#askAgain());
  }

  /** @param {() => void} take */
  #news(take) {
    if (!this.#isOwn) return;
    take();
    this.#tell();
  }

  /**
   * @param {string} channel that is told from now on, what counts now first
   * @param {boolean} [isRecovered] what was missed comes in the place of that
   */
  #subscribed(channel, isRecovered) {
    this.#missing.delete(channel);
    if (CHANNELS.includes(channel) && !this.#missing.size) this.problem = "";
    if (channel !== ORDERS) return;
    if (!isRecovered) this.#orders.begin();
    this.#read();
  }

  /** @param {string} channel @param {string} [message] */
  #refused(channel, message = "") {
    if (!CHANNELS.includes(channel)) return;
    this.#missing.add(channel);
    this.problem = message;
  }

  /** Read what no channel tells: the accounts' names and fees, and what was executed before. */
  async #read() {
    this.#retry.stop();
    const isHere = this.#users.current();
    const orders = this.#orders;
    const takeAccounts = this.#accounts.reading();
    try {
      const [{ items: accounts }, { items: past }] = await Promise.all([this.#requests.accounts(), this.#requests.orders({ limit: PAST_ORDERS })]);
      if (!isHere()) return;
      takeAccounts(accounts);
      orders.takePast(past);
      this.#hasList = true;
      if (!this.#missing.size) this.problem = "";
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isHere()) this.#failed(error.message);
    } finally {
      orders.settle();
      this.#tell();
    }
  }

  /** @param {string} message */
  #failed(message) {
    this.problem = message;
    this.#retry.later(() => this.#read());
  }

  /** @param {Account} account */
  #takeAccount(account) {
    if (!this.#accounts.take(account)) this.#read();
  }

  /** What was told meanwhile was missed: those that rest are told anew to whoever subscribes. */
  #askAgain() {
    if (!this.#isOwn) return;
    this.#client.unsubscribe(ORDERS);
    this.#client.subscribe(ORDERS);
  }
}
