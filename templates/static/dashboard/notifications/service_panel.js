/** Where a service, such as ntfy, reaches the user: its address can be set, and isn't told again. */
import { byId } from "../../shared/elements.js";
import { showProblems } from "../../shared/form_fields.js";
import { element, setText } from "../../shared/painting.js";
import { refusalText } from "../../shared/refusal.js";
import { SessionError } from "../../shared/session/session_requests.js";
import { Turns } from "../../shared/turns.js";
import { CHANNELS } from "../alerts/alert_catalogue.js";
import { ChannelResults } from "./channel_results.js";

const ADDRESS = "services/";
/** The services that ask for a token besides the address, where its owner has made it so. */
const WITH_TOKEN = ["ntfy"];

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
   * @param {string} channel
   * @param {string} example of an address
   * @param {() => void} changed
   */
  constructor(requests, channel, example, changed) {
    this.#requests = requests;
    this.#channel = channel;
    this.#changed = changed;
    this.#form = serviceForm(channel, example);
    byId("service-forms").append(this.#form);
    this.#results = new ChannelResults(requests, channel);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    byId(`${channel}-remove`).addEventListener("click", () => this.#remove());
  }

  /** Ask the server anew. */
  load() {
    return this.#ask(async (isNewest) => {
      const { items } = await this.#requests.get(ADDRESS);
      if (isNewest()) this.#show(items.find((/** @type {{channel: string}} */ item) => item.channel === this.#channel)?.url ?? null);
    });
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
    return this.#ask(async (isNewest) => {
      const given = Object.fromEntries([...new FormData(this.#form)].map(([name, value]) => [name, String(value).trim()]));
      const { url } = await this.#requests.put(ADDRESS, { channel: this.#channel, ...given });
      if (isNewest()) this.#saved(url);
    });
  }

  #remove() {
    return this.#ask(async (isNewest) => {
      await this.#requests.delete(`${ADDRESS}${this.#channel}/`);
      if (isNewest()) this.#saved(null);
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
    this.#results.load(Boolean(url));
  }

  /** @param {(isNewest: () => boolean) => Promise<void>} ask */
  async #ask(ask) {
    const isNewest = this.#asked.begin();
    this.#tell({});
    try {
      await ask(isNewest);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      if (isNewest()) this.#tell(error);
    }
  }

  /** @param {{message?: string, fields?: Record<string, string>}} problem */
  #tell({ message = "", fields = {} }) {
    const others = showProblems(this.#form, fields);
    setText(byId(`${this.#channel}-problem`), refusalText({ message, fields, others }));
  }
}

/** @param {string} channel @param {string} example @returns {HTMLFormElement} */
function serviceForm(channel, example) {
  const name = CHANNELS.find(([key]) => key === channel)?.[1] ?? channel;
  const fields = [field(channel, "url", "Address", example)];
  if (WITH_TOKEN.includes(channel)) fields.push(field(channel, "token", "Token, where the address asks for one", ""));
  const form = element("form", { class: "reach-part", id: `${channel}-form`, method: "dialog", novalidate: "" }, element("h4", {}, name), ...fields);
  form.append(
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

/** @param {string} channel @param {string} name @param {string} label @param {string} placeholder */
function field(channel, name, label, placeholder) {
  const id = `${channel}-${name}`;
  const known = { id, name, placeholder, "data-path": name, autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-problem` };
  return element(
    "div",
    { class: "field" },
    element("label", { for: id }, label),
    element("input", name === "url" ? { ...known, type: "url", inputmode: "url" } : { ...known, type: "password" }),
    element("p", { class: "field-problem", id: `${id}-problem` }),
  );
}
