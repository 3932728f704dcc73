/** The connections of all clients at all gateways: filtered and sorted by the server, and ended by hand. */
import { byId, partsOf } from "../../shared/elements.js";
import { KeyedRows } from "../../shared/keyed_rows.js";
import { onceIn, setText } from "../../shared/painting.js";
import { RetriedRead } from "../../shared/retried_read.js";
import { UserRequests } from "../../shared/session/user_requests.js";
import { connectionRow } from "./connection_row.js";
import { addressOf, doneSentences, nextOrder, noteText, orderName, orderNamed, questionSentences, userText } from "./connections_text.js";

const AGAIN_MILLISECONDS = 10_000;
const TYPING_MILLISECONDS = 300;
const ASKING = "Asking the gateways…";

/**
 * @typedef {import("./connections_text.js").Connection} Connection
 * @typedef {import("./connections_text.js").Sort} Sort
 */

export class ConnectionsPanel {
  #panel = byId("connections");
  #note = byId("connections-note");
  #filter = byId("connections-filter", "input");
  #choice = byId("connections-order", "select");
  #rows = new KeyedRows(byId("connection-rows", "tbody"), ({ id }) => id, (/** @type {Connection} */ connection) => connectionRow(connection, (one) => this.#ask(one)));
  #reading;
  #requests;
  #dialog;
  /** @type {import("./connections_text.js").Order} */
  #order = { sort: "since", descending: true };
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #again;

  /**
   * @param {import("../../shared/session/access_token.js").AccessToken} access
   * @param {import("../../shared/confirm_dialog.js").ConfirmDialog} dialog
   */
  constructor(access, dialog) {
    this.#requests = new UserRequests(access, "/api/v1/ops/");
    this.#reading = new RetriedRead({
      ask: () => this.#requests.get(addressOf(this.#filter.value, this.#order)),
      show: (answer) => {
        this.#rows.show(answer.items);
        this.#say(noteText(answer), false);
      },
      refused: ({ message }) => {
        this.#say(`The connections aren't known: ${message}.`, true);
        return false;
      },
    });
    this.#dialog = dialog;
    this.#filter.addEventListener("input", onceIn(TYPING_MILLISECONDS, () => this.#askAnew()));
    this.#choice.addEventListener("change", () => this.#sort(orderNamed(this.#choice.value)));
    for (const button of partsOf(this.#panel, "[data-order]")) {
      button.addEventListener("click", () => this.#sort(nextOrder(this.#order, /** @type {Sort} */ (button.dataset.order))));
    }
    this.#markOrder();
  }

  /** Read them, now and every ten seconds while somebody looks. */
  async load() {
    clearInterval(this.#again);
    this.#again = setInterval(() => document.hidden || this.#reading.isUnderWay || this.load(), AGAIN_MILLISECONDS);
    await this.#reading.load();
  }

  /** Leave nothing for the next reader. */
  clear() {
    clearInterval(this.#again);
    this.#reading.forget();
    this.#rows.show([]);
    this.#filter.value = "";
    this.#say("", false);
  }

  /** @param {string} text @param {boolean} isOld what is shown is of before */
  #say(text, isOld) {
    setText(this.#note, text);
    this.#panel.classList.toggle("old", isOld);
  }

  #askAnew() {
    setText(this.#note, ASKING);
    this.load();
  }

  /** @param {import("./connections_text.js").Order} order */
  #sort(order) {
    this.#order = order;
    this.#markOrder();
    this.#askAnew();
  }

  #markOrder() {
    this.#choice.value = orderName(this.#order);
    for (const button of partsOf(this.#panel, "[data-order]")) {
      const head = button.closest("th");
      if (button.dataset.order !== this.#order.sort) head?.removeAttribute("aria-sort");
      else head?.setAttribute("aria-sort", this.#order.descending ? "descending" : "ascending");
    }
  }

  /** @param {Connection} connection which is to end */
  #ask(connection) {
    this.#dialog.ask({
      title: `Disconnect ${userText(connection)}?`,
      says: questionSentences(connection),
      button: "Disconnect",
      isDangerous: true,
      doing: [ASKING],
      act: async () => {
        await this.#requests.delete(`connections/${encodeURIComponent(connection.id)}/`);
        this.load();
        return doneSentences(connection);
      },
    });
  }
}
