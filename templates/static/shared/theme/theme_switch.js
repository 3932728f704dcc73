/** The choice between the system's colours, light and dark ones; `theme_switch_at_load.js` carries it out. */
import { byId, inputOf, partOf } from "../elements.js";

const KEY = "tidewire.theme";

/** Run the switch of `shared/account.html`. */
export function startThemeSwitch() {
  const choices = byId("theme-switch");
  const showChoice = () => {
    const chosen = document.documentElement.dataset.themeChoice;
    partOf(choices, `[value="${chosen}"]`, "input").checked = true;
  };
  showChoice();
  choices.addEventListener("change", (event) => choose(inputOf(event).value));
  document.addEventListener("themechange", showChoice);
  addEventListener("storage", showChoice);
}

/** @param {string} choice `system`, `light` or `dark` */
function choose(choice) {
  document.dispatchEvent(new CustomEvent("themechoice", { detail: choice }));
  try {
    localStorage.setItem(KEY, choice);
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "SecurityError") throw error; // kept by nobody: it holds as long as the page
  }
}
