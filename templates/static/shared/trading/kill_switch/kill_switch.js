/** The kill switch of whoever is signed in: how it stands, throwing it, and allowing trading again. */
import { byId } from "../../elements.js";
import { element } from "../../painting.js";
import { KillBanner } from "./kill_banner.js";
import { doneText, isOwn, throwSentences } from "./kill_switch_text.js";
import { reasonField } from "./reason_field.js";

export class KillSwitch {
  #throw = byId("kill-throw");
  #requests;
  #dialog;
  #grids;
  #thrown;
  #banner;

  /**
   * @param {import("../trading_requests.js").TradingRequests} requests
   * @param {import("../../confirm_dialog.js").ConfirmDialog} dialog
   * @param {object} parts
   * @param {() => number} parts.grids how many are live
   * @param {() => void} parts.thrown what it has done is to be read
   */
  constructor(requests, dialog, { grids, thrown }) {
    this.#requests = requests;
    this.#dialog = dialog;
    this.#grids = grids;
    this.#thrown = thrown;
    this.#banner = new KillBanner(requests, dialog, { freed: thrown, told: (state) => (this.#throw.hidden = !state || isOwn(state)) });
    this.#throw.addEventListener("click", () => this.#ask());
  }

  /** Read how it stands. */
  load() {
    return this.#banner.load();
  }

  forget() {
    this.#banner.forget();
  }

  #ask() {
    const closes = element("input", { type: "checkbox" });
    const { input, field } = reasonField("thrown on the page of grids");
    const says = () => throwSentences(this.#grids(), closes.checked);
    closes.addEventListener("change", () => this.#dialog.show(says()));
    this.#dialog.ask({
      title: "Stop all your trading?",
      says: says(),
      button: "Stop all trading",
      isDangerous: true,
      fields: [element("label", { class: "choice" }, closes, "Sell what I hold at the market, too"), field],
      act: async () => {
        const given = { action: "activate", scope: "user", reason: input.value, close_positions: closes.checked };
        const answer = await this.#requests.throwKillSwitch(given);
        this.#thrown();
        return [doneText(answer), ...(closes.checked ? ["What you held is being sold at the market."] : [])];
      },
    });
  }
}
