/** The form that subscribes to any channel, and the list of what was subscribed with it. */
import { byId, partOf, targetOf } from "../../shared/elements.js";
import { element, setText } from "../../shared/painting.js";
import { selectionOf } from "../selection.js";
import { channelsToOffer, optionsText, requestOf } from "./channel_form_values.js";
import { ChannelSet } from "../../shared/channels/channel_set.js";

export class ChannelForm {
  #form = byId("channel-form", "form");
  #problem = byId("channel-problem");
  #announcement = byId("channel-announcement");
  #none = byId("channel-none");
  #list = byId("channel-list");
  #client;
  #session;
  #channels;
  #search;
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /**
   * @param {import("../../client/client.js").TidewireClient} client
   * @param {import("../../shared/session/session.js").Session} session
   * @param {(text: string) => void} search shows a channel's frames in the log
   */
  constructor(client, session, search) {
    this.#client = client;
    this.#session = session;
    this.#channels = new ChannelSet(client);
    this.#search = search;
    this.#form.addEventListener("submit", (event) => this.#submitted(event));
    this.#list.addEventListener("click", (event) => this.#clicked(targetOf(event)));
    client.onMessage("subscribed", ({ channel = "" }) => this.#acknowledged(channel));
    client.on("error", (error) => this.#refused(error));
    session.addEventListener("change", () => this.#offer());
    addEventListener("hashchange", () => this.#offer());
    this.#offer();
  }

  #offer() {
    const offers = channelsToOffer(selectionOf(location.hash), this.#session.user);
    const options = offers.map((value) => element("option", { value }));
    byId("channel-offers").replaceChildren(...options);
  }

  /** Those of the channel, of the throttle and of the batches. */
  get #fields() {
    return ["channel", "throttle", "batch"].map((name) => partOf(this.#form, `[name=${name}]`, "input"));
  }

  /** @param {Event} event */
  #submitted(event) {
    event.preventDefault();
    const [name, throttle, batch] = this.#fields;
    const { channel, options, problems } = requestOf({ channel: name.value, throttle: throttle.value, batch: batch.checked });
    for (const field of [name, throttle]) field.setAttribute("aria-invalid", String(field.name in problems));
    setText(this.#problem, Object.values(problems).join(". "));
    if (Object.keys(problems).length) (problems.channel ? name : throttle).focus();
    else this.#subscribe(channel, options);
  }

  /**
   * @param {string} channel
   * @param {import("../../client/client.js").SubscriptionOptions} options
   */
  #subscribe(channel, options) {
    if (this.#channels.has(channel)) {
      setText(this.#problem, `${channel} is subscribed already`);
      return;
    }
    const isShared = this.#client.channels.includes(channel);
    this.#channels.add([channel], options);
    this.#add(channel, isShared ? "shared with the page" : optionsText(options));
    if (isShared) this.#acknowledged(channel);
    this.#fields[0].value = "";
  }

  /** @param {string} channel @param {string} words about its options */
  #add(channel, words) {
    const row = element(
      "li",
      { "data-channel": channel, "data-state": "asked" },
      element("button", { type: "button", class: "channel-name", title: "Show its frames in the log" }, channel),
      element("span", { class: "muted channel-options" }, words),
      element("button", { type: "button", class: "icon-button", "aria-label": `Unsubscribe from ${channel}` }, "✕"),
    );
    this.#rows.set(channel, row);
    this.#list.append(row);
    this.#none.hidden = true;
  }

  /** @param {HTMLElement} target */
  #clicked(target) {
    const channel = target.closest("li")?.dataset.channel;
    if (!channel) return;
    if (target.matches(".channel-name")) this.#search(channel);
    else if (target.matches(".icon-button")) this.#unsubscribe(channel);
  }

  /** @param {string} channel */
  #unsubscribe(channel) {
    this.#remove(channel);
    setText(this.#announcement, `Unsubscribed from ${channel}`);
    this.#fields[0].focus();
  }

  /** @param {string} channel */
  #acknowledged(channel) {
    const row = this.#rows.get(channel);
    if (!row || row.dataset.state === "subscribed") return;
    row.dataset.state = "subscribed";
    setText(this.#announcement, `Subscribed to ${channel}`);
  }

  /**
   * The client asks again by itself for what is only unavailable now.
   *
   * @param {import("@tidewire/client/protocol").ConnectionEvents["error"]} error
   */
  #refused({ code, message, channel = "" }) {
    if (!this.#rows.has(channel)) return;
    setText(this.#problem, `${channel}: ${message}`);
    if (code !== "unavailable") this.#remove(channel);
  }

  /** @param {string} channel */
  #remove(channel) {
    this.#channels.remove([channel]);
    this.#rows.get(channel)?.remove();
    this.#rows.delete(channel);
    this.#none.hidden = this.#rows.size > 0;
  }
}
