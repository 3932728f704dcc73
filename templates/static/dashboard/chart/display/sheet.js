/**
 * A menu of the chart: opened by its summary, closed by Escape wherever the focus is, its cross, and a click beside it. A click
 * on an empty place in it leaves the focus in it.
 */
import { byId, partOf } from "../../../shared/elements.js";

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
  closeBeside(root);
}

/**
 * A click counts as within on its way in: on its way out what was pressed may be gone, as a row that its ✕ has removed. The
 * menu's own box is what lies behind the sheet on a phone.
 *
 * @param {HTMLDetailsElement} root
 */
function closeBeside(root) {
  /** @type {Event | undefined} */
  let within;
  root.addEventListener("click", (event) => (within = event.target === root ? undefined : event), { capture: true });
  document.addEventListener("click", (event) => event !== within && (root.open = false));
}
