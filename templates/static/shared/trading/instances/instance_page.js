/** A page of one's grids or strategies: who comes and goes, what begins and changes, what the server tells reaches all its parts. */
import { startAccount } from "../../account/account.js";
import { startCharts } from "../../chart/start_charts.js";
import { ConnectionStatus } from "../../connection/connection_status.js";
import { byId } from "../../elements.js";
import { awaitSymbols } from "../../market_data/rest.js";
import { Access } from "../../session/access.js";
import { followInstances } from "./following.js";
import { tellRefusedNews } from "./news_banner.js";

/** @typedef {import("../../../../types/market.js").Symbol} SymbolInfo */
/** @typedef {{load: () => unknown, forget: () => void}} OwnPart shows what is whoever's who is signed in */

/** @template {import("../../../../types/instances.js").Instance} One */
export class InstancePage {
  #noun;
  #parts;
  #own;
  /** @type {Map<string, SymbolInfo>} */
  #symbols = new Map();

  /**
   * @param {"grid" | "strategy"} noun
   * @param {object} parts
   * @param {import("../../session/session.js").Session} parts.session
   * @param {import("../../../client/client.js").TidewireClient} parts.client
   * @param {import("../../confirm_dialog.js").ConfirmDialog} parts.dialog
   * @param {import("./shown_place.js").ShownPlace} parts.place
   * @param {import("./instance_list.js").InstanceList<One>} parts.list
   * @param {import("./shown_instance.js").ShownInstance<One>} parts.shown
   * @param {import("./account_choice.js").AccountChoice} parts.account
   * @param {OwnPart} parts.killSwitch
   * @param {{forget: () => void}[]} [parts.besides] tell more of the one that is shown
   * @param {{offerSymbols: (symbols: SymbolInfo[]) => void}} parts.form of a new one
   * @param {{drawWith: (library: typeof import("lightweight-charts")) => void}[]} parts.charts
   */
  constructor(noun, parts) {
    this.#noun = noun;
    this.#parts = parts;
    this.#own = [parts.list, parts.killSwitch, parts.account];
  }

  /** @param {string} symbol @returns {SymbolInfo | undefined} undefined: not known, or not known yet */
  infoOf(symbol) {
    return this.#symbols.get(symbol);
  }

  /** One has just begun. */
  started() {
    this.#parts.list.refresh();
    this.#parts.account.load();
  }

  /** Something was done to the one that is shown. */
  changed() {
    this.#parts.shown.load();
    this.#parts.list.refresh();
  }

  /** Read all anew: something may have been missed. */
  readAgain() {
    for (const part of [...this.#own, this.#parts.shown]) part.load();
  }

  /**
   * @param {object} options
   * @param {string} options.signedOut words for whoever isn't signed in
   * @param {() => unknown} [options.entered] somebody has come; what it returns is awaited before they see the page
   * @param {(instance: One) => void} options.again a new one like this is to be planned
   */
  async start({ signedOut, entered = () => undefined, again }) {
    const { session, client, dialog, place, shown, form, charts } = this.#parts;
    startAccount(session, client, dialog);
    new ConnectionStatus(client);
    new Access(client, session, { signedOut, entered: (isSomebody) => this.#enter(isSomebody) && entered() });
    this.#follow();
    byId(`${this.#noun}-again`).addEventListener("click", () => {
      const { instance } = shown.shown ?? {};
      if (!instance) return;
      place.goTo("");
      again(instance);
    });
    place.watch();
    client.connect();
    startCharts((library) => charts.forEach((chart) => chart.drawWith(library)));
    const symbols = await awaitSymbols();
    this.#symbols = new Map(symbols.map((info) => [info.symbol, info]));
    form.offerSymbols(symbols);
    shown.redraw();
  }

  /** @param {boolean} isSomebody whoever has come sees nothing of who was here before @returns {boolean} the same */
  #enter(isSomebody) {
    const { dialog, place, shown, besides = [] } = this.#parts;
    dialog.close();
    for (const part of [...this.#own, shown, ...besides, place]) part.forget();
    if (!isSomebody) return false;
    for (const part of this.#own) part.load();
    place.enter();
    return true;
  }

  #follow() {
    const { client, list, shown, account } = this.#parts;
    const readAgain = () => this.readAgain();
    followInstances(client, this.#noun, {
      instance: (event) => [list, shown].forEach((part) => part.news(event)),
      account: (told) => account.told(told),
      killSwitch: readAgain,
      again: readAgain,
      refused: tellRefusedNews,
    });
  }
}
