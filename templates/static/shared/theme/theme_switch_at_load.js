/**
 * Light or dark, decided before the first paint: a classic script, as modules run after it. The reader's choice, else
 * the system's preference, becomes `data-theme` (`light` or `dark`) of the root element, and `data-theme-choice` the
 * choice itself (`system`, `light` or `dark`). `theme_switch.js` lets the reader choose; a tab follows the others'.
 * The document tells `themechange` whenever the theme has changed.
 */
(() => {
  const KEY = "tidewire.theme";
  const root = document.documentElement;
  const prefersLight = matchMedia("(prefers-color-scheme: light)");

  /** @param {string | null | undefined} choice */
  function apply(choice) {
    const isChosen = choice === "light" || choice === "dark";
    const theme = isChosen ? choice : prefersLight.matches ? "light" : "dark";
    root.dataset.themeChoice = isChosen ? choice : "system";
    if (root.dataset.theme === theme) return;
    root.dataset.theme = theme;
    document.dispatchEvent(new CustomEvent("themechange", { detail: theme }));
  }

  /** Where the browser keeps nothing for this page, the choice holds as long as the page. */
  function stored() {
    try {
      return localStorage.getItem(KEY);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "SecurityError") throw error;
      return null;
    }
  }

  apply(stored());
  prefersLight.addEventListener("change", () => apply(root.dataset.themeChoice));
  document.addEventListener("themechoice", (event) => apply(/** @type {CustomEvent<string>} */ (event).detail));
  addEventListener("storage", ({ key, newValue }) => key === KEY && apply(newValue));
})();
