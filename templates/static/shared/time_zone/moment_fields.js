/** Fields for date and time: what is typed in the page's zone keeps its moment where somebody signs in who has chosen another. */
import { fieldText, momentTypedIn, msOf } from "../moments.js";
import { shownZone } from "./shown_zone.js";

/**
 * @param {HTMLInputElement[]} fields
 * @param {(rewrite: () => void) => void} changed told to rewrite them: another zone is shown
 */
export function keepMoments(fields, changed) {
  let zone = shownZone();
  document.addEventListener("zonechange", () => {
    const before = zone;
    zone = shownZone();
    changed(() => fields.forEach((field) => (field.value = fieldText(msOf(momentTypedIn(before, field.value))))));
  });
}
