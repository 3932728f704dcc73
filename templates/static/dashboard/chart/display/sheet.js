/**
 * A menu of the chart: opened by its summary, closed by Escape wherever the focus is, its cross, and a click beside it. A click
 * on an empty place in it leaves the focus in it.
 */
import { byId, partOf, targetOf } from "../../../shared/elements.js";

/** @param {string} id of its `<details>` */
export function watchSheet(id) {
  const root = byId(id, "details");
  const close = () => {
    root.open = false;
    partOf(root, "summary").focus();
  };
  partOf(root, ".chart-sheet").tabIndex = -1;
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || event.isComposing || !root.open || document.querySelector("dialog[open]")) return;
    event.preventDefault(); // a full screen stays for another press
    close();
  };
  document.addEventListener("keydown", press, { capture: true }); // before all that have other uses for the key
  partOf(root, ".sheet-head button", "button").addEventListener("click", close);
  document.addEventListener("click", (event) => isBeside(root, targetOf(event)) && (root.open = false));
}

/** The menu's own box is what lies behind the sheet on a phone. @param {HTMLElement} root @param {HTMLElement} target */
function isBeside(root, target) {
  return target === root || !root.contains(target);
}
