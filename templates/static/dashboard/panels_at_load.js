/**
 * Whether dock and ticket are open, and somebody is signed in, decided before the first paint, so that nothing moves once
 * modules run: a classic script, as modules run after it. What the browser remembers, else whether there is room for them
 * beside the chart, becomes `data-dock` and `data-ticket` (`open` or `closed`) of the root element, and a login that it
 * keeps `data-signed-in` (`true` or `false`). Their modules carry on from there.
 */
(() => {
  const root = document.documentElement;

  /** Where the browser keeps nothing for this page, room decides. @param {string} key */
  function stored(key) {
    try {
      return localStorage.getItem(key);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "SecurityError") throw error;
      return null;
    }
  }

  /** @param {string} key @param {string} roomy the media in which it is open at first */
  function state(key, roomy) {
    const isOpen = (stored(key) ?? String(matchMedia(roomy).matches)) === "true";
    return isOpen ? "open" : "closed";
  }

  root.dataset.dock = state("tidewire.dock.open", "(min-height: 1000px)");
  root.dataset.ticket = state("tidewire.ticket.open", "(min-width: 1700px)");
  root.dataset.signedIn = String(stored("tidewire.session") !== null);
})();
