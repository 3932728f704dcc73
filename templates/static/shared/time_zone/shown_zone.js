/**
 * In which zone the page shows times, and reads those that are typed: by choice, else the device's own. The choice is
 * kept in this browser, and with the user where somebody is signed in (`zone_choice.js`). Where there is no page, UTC.
 */
import { storageOfBrowser } from "../session/session_store.js";
import { UTC, Zone, isZone } from "./zone.js";

export const LOCAL = "local";
const KEY = "tidewire.time-zone";

let shown = new Zone(UTC);

/** @returns {string} the zone of the device; UTC where the browser doesn't say */
export function deviceZone() {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return isZone(zone) ? zone : UTC;
}

/** @returns {Zone} */
export function shownZone() {
  return shown;
}

/** @param {string | null} choice `local`, or a zone's name; what no zone is called counts as `local` */
export function showIn(choice) {
  shown = new Zone(isZone(choice) ? choice : deviceZone());
}

/** @returns {string} what was chosen in this browser */
export function keptChoice() {
  const choice = storageOfBrowser().getItem(KEY);
  return isZone(choice) ? choice : LOCAL;
}

/** @param {string} choice which holds in this browser from the next page on */
export function keepChoice(choice) {
  storageOfBrowser().setItem(KEY, choice);
}

if (typeof document !== "undefined") showIn(keptChoice());
