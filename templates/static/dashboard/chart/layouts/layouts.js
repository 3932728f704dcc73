/**
 * The reader's layouts of the chart, which the server keeps by name: saved, applied, deleted, and read when their menu is
 * opened. Where they can't be read those that are known stay, and they are asked for again while the menu is open.
 */
import { byId, partOf } from "../../../shared/elements.js";
import { element, setText } from "../../../shared/painting.js";
import { isRefusal } from "../../../shared/refusal.js";
import { RetriedRead } from "../../../shared/retried_read.js";
import { AccessToken } from "../../../shared/session/access_token.js";
import { onOtherUser } from "../../../shared/session/other_user.js";
import { letPress, exclusivePress } from "../../../shared/presses/exclusive_press.js";
import { SurePress } from "../../../shared/presses/sure_press.js";
import { UserRequests } from "../../../shared/session/user_requests.js";
import { Turns } from "../../../shared/turns.js";
import { layoutOf, looksOf } from "./layout_values.js";

/** @typedef {import("./layout_values.js").Looks} Looks */
/** @typedef {import("../../../../types/market.js").NamedLayout} NamedLayout */

const PATH = "/api/v1/chart-layouts/";
const SIGNED_OUT = "Sign in to keep layouts.";
const LOADING = "Loading your layouts…";

export class Layouts {
  #menu = byId("display-menu", "details");
  #list = byId("layout-list");
  #note = byId("layout-note");
  #form = byId("layout-form", "form");
  #button = partOf(this.#form, "button:not([type])");
  #name = byId("layout-name", "input");
  #session;
  #chart;
  #requests;
  #reading;
  #isLoaded = false;
  /** What somebody has asked who isn't here any more is told to nobody. */
  #users = new Turns();
  /** What the note says of the reading, which goes once they are read. */
  #unread = "";

  /**
   * @param {import("../../../shared/session/session.js").Session} session
   * @param {{looks: () => Looks | undefined, apply: (looks: Looks) => void}} chart undefined: there is none
   * @param {{retryAfter?: number}} [options] ms until what couldn't be read is asked for again
   */
  constructor(session, chart, { retryAfter } = {}) {
    this.#session = session;
    this.#chart = chart;
    this.#requests = new UserRequests(new AccessToken(session), PATH);
    this.#reading = new RetriedRead({
      ask: () => this.#requests.get(""),
      show: ({ items }) => this.#know(items),
      refused: ({ message }) => this.#tellUnread(`Your layouts couldn't be read: ${message}. Trying again…`),
      retryAfter,
    });
    onOtherUser(session, () => this.#enter());
    this.#menu.addEventListener("toggle", () => (this.#menu.open ? this.#begin() : this.#reading.forget()));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      exclusivePress(this.#button, () => this.#save());
    });
  }

  /** Whoever comes sees nothing of who was here before, and waits for nothing that they have asked. */
  #enter() {
    this.#users.begin();
    letPress(this.#button);
    this.#name.value = "";
    this.#isLoaded = false;
    this.#show([]);
    this.#begin();
  }

  #begin() {
    const isSignedIn = this.#session.user !== null;
    this.#reading.forget();
    this.#form.hidden = !isSignedIn;
    setText(this.#note, isSignedIn ? "" : SIGNED_OUT);
    if (isSignedIn && this.#menu.open) this.#read();
  }

  async #read() {
    if (!this.#isLoaded) this.#tellUnread(LOADING);
    await this.#reading.load();
  }

  /** @param {NamedLayout[]} kept by the server */
  #know(kept) {
    this.#isLoaded = true;
    if (this.#note.textContent === this.#unread) setText(this.#note, "");
    this.#show(kept);
  }

  /** @param {string} text @returns {boolean} whether they are to be asked for again */
  #tellUnread(text) {
    this.#unread = text;
    setText(this.#note, text);
    return this.#menu.open;
  }

  async #save() {
    const looks = this.#chart.looks();
    const name = this.#name.value.trim();
    if (!name) setText(this.#note, "Name is required.");
    if (!looks || !name) return;
    const isKnown = [...this.#list.children].some((row) => lower(row.firstChild?.textContent) === lower(name));
    const given = { name, layout: layoutOf(looks) };
    await this.#ask(() => this.#requests.put("", given), () => {
      if (this.#name.value.trim() === name) this.#name.value = ""; // what was typed meanwhile is of the next
      setText(this.#note, `${isKnown ? "Saved anew" : "Saved"} as ${name}.`);
    });
  }

  /** @param {NamedLayout} kept */
  async #remove({ id, name }) {
    await this.#ask(() => this.#requests.delete(`${id}/`), () => setText(this.#note, `Deleted ${name}.`));
    this.#name.focus();
  }

  /** @param {() => Promise<unknown>} change whose refusal is told @param {() => void} changed before they are read anew */
  async #ask(change, changed) {
    const isHere = this.#users.current();
    try {
      await change();
      if (isHere()) changed();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isHere()) setText(this.#note, `${error.message}.`);
      return;
    }
    if (isHere()) this.#read();
  }

  /** @param {NamedLayout[]} kept */
  #show(kept) {
    this.#list.replaceChildren(...kept.map((each) => this.#row(each)));
  }

  /** @param {NamedLayout} kept */
  #row(kept) {
    const apply = element("button", { type: "button", class: "button" }, kept.name);
    const remove = element("button", { type: "button", class: "link-button" });
    apply.addEventListener("click", () => this.#apply(kept));
    new SurePress(remove, "Delete", () => this.#remove(kept)).name(kept.name);
    return element("li", {}, apply, remove);
  }

  /** @param {NamedLayout} kept */
  #apply({ name, layout }) {
    const looks = this.#chart.looks();
    if (!looks) return;
    this.#chart.apply(looksOf(layout, looks.interval));
    this.#name.value = name;
  }
}

/** The server keeps one layout of a name in any case. @param {string | null | undefined} name */
function lower(name) {
  return name?.toLowerCase();
}
