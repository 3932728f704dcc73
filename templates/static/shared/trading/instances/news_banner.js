/** Above the page: that what happens isn't told live, and why. */
import { byId } from "../../elements.js";
import { setText } from "../../painting.js";

/** @param {string} channel @param {string} message why it isn't told; empty: it is */
export function tellRefusedNews(channel, message) {
  byId("news-banner").hidden = !message;
  setText(byId("news-banner"), message && `What happens isn't told live now (${channel}: ${message}): reload the page to see it.`);
}
