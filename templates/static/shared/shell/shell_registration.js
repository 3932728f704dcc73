/** Lets a page that runs as an app keep its shell: in a tab, the browser itself says that there is no network. */

const WORKER = "/shell_worker.js"; // at the root, whose scope is all pages

/** Do it where the page was installed. */
export function keepShellOfApp() {
  if ("serviceWorker" in navigator && matchMedia("(display-mode: standalone)").matches) keepShell();
}

/** A browser that refuses it, as in a private window, shows what it has for having no network. */
export async function keepShell() {
  try {
    return await navigator.serviceWorker.register(WORKER, { updateViaCache: "none" });
  } catch (error) {
    console.warn("The app's shell isn't kept:", error);
    return null;
  }
}
