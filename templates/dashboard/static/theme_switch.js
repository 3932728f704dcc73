/** The choice between the system's colours, light and dark ones; `theme_switch_at_load.js` carries it out. */

const KEY = "tidewire.theme";

/** Run the switch of `parts/account.html`. */
export function startThemeSwitch() {
  const choices = document.getElementById("theme-switch");
  const showChoice = () => {
    choices.querySelector(`[value="${document.documentElement.dataset.themeChoice}"]`).checked = true;
  };
  showChoice();
  choices.addEventListener("change", ({ target }) => choose(target.value));
  document.addEventListener("themechange", showChoice);
  addEventListener("storage", showChoice);
}

/** @param {string} choice `system`, `light` or `dark` */
function choose(choice) {
  document.dispatchEvent(new CustomEvent("themechoice", { detail: choice }));
  try {
    localStorage.setItem(KEY, choice);
  } catch (error) {
    if (error.name !== "SecurityError") throw error; // kept by nobody: it holds as long as the page
  }
}
