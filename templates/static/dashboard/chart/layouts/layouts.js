/** The reader's layouts of the chart, which the server keeps by name: read when their menu is opened, saved, applied, deleted. */
import { byId } from "../../../shared/elements.js";
import { element, setText } from "../../../shared/painting.js";
import { isRefusal } from "../../../shared/refusal.js";
import { AccessToken } from "../../../shared/session/access_token.js";
import { UserRequests } from "../../../shared/session/user_requests.js";
import { layoutOf, looksOf } from "./layout_values.js";

/** @typedef {import("./layout_values.js").Looks} Looks */
/** @typedef {{id: number, name: string, layout: import("./layout_values.js").Layout}} NamedLayout */

const PATH = "/api/v1/chart-layouts/";
const SIGNED_OUT = "Sign in to keep layouts.";

export class Layouts {
  #menu = byId("display-menu", "details");
  #list = byId("layout-list");
  #note = byId("layout-note");
  #form = byId("layout-form", "form");
  #name = byId("layout-name", "input");
  #session;
  #chart;
  #requests;
  /** Counts who was here, and what was read: an answer to somebody else, or an older one, counts no more. */
  #reading = 0;

  /**
   * @param {import("../../../shared/session/session.js").Session} session
   * @param {{looks: () => Looks | undefined, apply: (looks: Looks) => void}} chart undefined: there is none
   */
  constructor(session, chart) {
    this.#session = session;
    this.#chart = chart;
    this.#requests = new UserRequests(new AccessToken(session), PATH);
    session.addEventListener("change", () => this.#begin());
    this.#menu.addEventListener("toggle", () => this.#menu.open && this.#begin());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  #begin() {
    const isSignedIn = this.#session.user !== null;
    this.#reading += 1;
    this.#form.hidden = !isSignedIn;
    setText(this.#note, isSignedIn ? "" : SIGNED_OUT);
    if (!isSignedIn) this.#show([]);
    else if (this.#menu.open) this.#read();
  }

  async #read() {
    this.#reading += 1;
    const reading = this.#reading;
    await this.#ask(async () => {
      const { items } = await this.#requests.get("");
      if (reading === this.#reading) this.#show(items);
    });
  }

  async #save() {
    const looks = this.#chart.looks();
    const name = this.#name.value.trim();
    if (!looks || !name) return;
    const isKnown = [...this.#list.children].some((row) => row.firstChild?.textContent === name);
    await this.#ask(async () => {
      await this.#requests.put("", { name, layout: layoutOf(looks) });
      this.#name.value = "";
      setText(this.#note, `${isKnown ? "Saved anew" : "Saved"} as ${name}.`);
      await this.#read();
    });
  }

  /** @param {NamedLayout} kept */
  async #remove({ id, name }) {
    await this.#ask(async () => {
      await this.#requests.delete(`${id}/`);
      setText(this.#note, `Deleted ${name}.`);
      await this.#read();
    });
    this.#name.focus();
  }

  /** @param {() => Promise<void>} act whose refusal is told */
  async #ask(act) {
    try {
      await act();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      setText(this.#note, `${error.message}.`);
    }
  }

  /** @param {NamedLayout[]} kept */
  #show(kept) {
    this.#list.replaceChildren(...kept.map((each) => this.#row(each)));
  }

  /** @param {NamedLayout} kept */
  #row(kept) {
    const apply = element("button", { type: "button", class: "button" }, kept.name);
    const remove = element("button", { type: "button", class: "icon-button", "aria-label": `Delete ${kept.name}` }, "✕");
    apply.addEventListener("click", () => this.#apply(kept));
    remove.addEventListener("click", () => this.#remove(kept));
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
