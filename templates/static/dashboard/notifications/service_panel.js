/** Where a service, such as Slack, reaches the user: its address can be set, and isn't told again. */
import { byId } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { element, setText } from "../../shared/painting.js";
import { refusalText } from "../../shared/refusal.js";
import { SessionError } from "../../shared/session/session_requests.js";
import { Turns } from "../../shared/turns.js";
import { ChannelResults } from "./channel_results.js";

export const ADDRESSES = "services/";

/** @typedef {import("../../../types/notifications.js").Addresses} Addresses */

export class ServicePanel {
  #channel;
  #requests;
  #changed;
  #form;
  #results;
  /** Only the newest answer is shown, and to who has asked for it. */
  #asked = new Turns();

  /**
   * @param {import("../../shared/session/user_requests.js").UserRequests} requests
   * @param {import("./services.js").Service} service
   * @param {() => void} changed
   */
  constructor(requests, service, changed) {
    const { channel } = service;
    this.#requests = requests;
    this.#channel = channel;
    this.#changed = changed;
    this.#form = serviceForm(service);
    byId("service-forms").append(this.#form);
    this.#results = new ChannelResults(requests, channel);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    byId(`${channel}-remove`).addEventListener("click", () => this.#remove());
  }

  /** Show what the server answers. @param {Promise<Addresses>} asked for all services */
  load(asked) {
    return this.#ask(async (isLatest) => {
      const { items } = await asked;
      if (isLatest()) this.#show(items.find(({ channel }) => channel === this.#channel)?.url ?? null);
    });
  }

  /** What its fields say: they are empty, but for what isn't saved. */
  get typed() {
    return [...new FormData(this.#form).values()].join(" ").trim();
  }

  /** Throw away what was typed. */
  discard() {
    this.#form.reset();
    this.#tell({});
  }

  /** Show nothing of who was here before, and nothing that is answered to them later. */
  clear() {
    this.#asked.begin();
    this.#form.reset();
    this.#results.clear();
    this.#tell({});
    byId(`${this.#channel}-remove`).hidden = true;
    setText(byId(`${this.#channel}-now`), "");
  }

  #save() {
    return this.#ask(async (isLatest) => {
      const given = Object.fromEntries([...new FormData(this.#form)].map(([name, value]) => [name, String(value).trim()]));
      const { url } = await this.#requests.put(ADDRESSES, { channel: this.#channel, ...given });
      if (isLatest()) this.#saved(url);
    });
  }

  #remove() {
    return this.#ask(async (isLatest) => {
      await this.#requests.delete(`${ADDRESSES}${this.#channel}/`);
      if (isLatest()) this.#saved(null);
    });
  }

  /** @param {string | null} url */
  #saved(url) {
    this.#form.reset();
    this.#show(url);
    this.#changed();
  }

  /** @param {string | null} url without what is secret of it */
  #show(url) {
    byId(`${this.#channel}-remove`).hidden = !url;
    setText(byId(`${this.#channel}-now`), url ? `Now: ${url}` : "");
    if (url) this.#results.load(true);
    else this.#results.clear();
  }

  /** @param {(isLatest: () => boolean) => Promise<void>} ask */
  async #ask(ask) {
    const isLatest = this.#asked.begin();
    this.#tell({});
    try {
      await ask(isLatest);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      if (isLatest()) this.#tell(error);
    }
  }

  /** @param {{message?: string, fields?: Record<string, string>}} problem */
  #tell({ message = "", fields = {} }) {
    const others = showProblems(this.#form, fields);
    setText(byId(`${this.#channel}-problem`), refusalText({ message, fields, others }));
  }
}

/** @param {import("./services.js").Service} service @returns {HTMLFormElement} */
function serviceForm({ channel, name, fields }) {
  const form = element("form", { class: "reach-part", id: `${channel}-form`, method: "dialog", novalidate: "" }, element("h4", {}, name));
  form.append(
    ...fields.map((each) => field(channel, each)),
    element("p", { class: "muted", id: `${channel}-now` }),
    element(
      "div",
      { class: "reach-buttons" },
      element("button", { class: "button", id: `${channel}-save` }, `Save ${name}`),
      element("button", { type: "button", class: "button", id: `${channel}-test`, hidden: "" }, "Send a test"),
      element("button", { type: "button", class: "button", id: `${channel}-remove`, hidden: "" }, "Remove"),
    ),
    element("p", { class: "form-problem", id: `${channel}-problem`, role: "alert" }),
    element("p", { class: "form-problem", id: `${channel}-test-problem`, role: "alert" }),
    element("ol", { class: "result-list", id: `${channel}-results`, "aria-label": `Newest notifications by ${name}` }),
  );
  return /** @type {HTMLFormElement} */ (form);
}

/** @param {string} channel @param {import("./services.js").AddressField} field */
function field(channel, { name, label, example, isSecret }) {
  const id = `${channel}-${name}`;
  const known = { id, name, placeholder: example, "data-path": name, autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-problem` };
  return element(
    "div",
    { class: "field" },
    element("label", { for: id }, label),
    element("input", { ...known, ...typeOf(name, isSecret) }),
    element("p", { class: "field-problem", id: `${id}-problem` }),
  );
}

/** An address stays readable while it is typed, a token doesn't. @param {string} name @param {boolean} isSecret @returns {Record<string, string>} */
function typeOf(name, isSecret) {
  if (name === "url") return { type: "url", inputmode: "url" };
  return { type: isSecret ? "password" : "text" };
}
