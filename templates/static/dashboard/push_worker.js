/** Runs in the browser while no page is open: shows what is pushed, and opens the page when it is clicked. */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", () => worker.skipWaiting());

worker.addEventListener("push", (event) => {
  const { title, body, id, data } = read(event.data);
  const heading = textOf(title) || "Tidewire";
  const options = { body: textOf(body), tag: textOf(id) || heading, data: { symbol: textOf(data?.symbol) } };
  event.waitUntil(worker.registration.showNotification(heading, options));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showPage(event.notification.data?.symbol ?? ""));
});

/** @param {PushMessageData | null} data anybody who knows the keys could send something else @returns {any} */
function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return { body: data?.text() };
  }
}

/** @param {unknown} value */
function textOf(value) {
  return ["string", "number"].includes(typeof value) ? String(value) : "";
}

/** A page that is open already is used: it is told where to go, as none is this worker's to lead. @param {string} symbol */
async function showPage(symbol) {
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find(({ url }) => new URL(url).pathname === "/");
  if (!open) return worker.clients.openWindow(symbol ? `/#${encodeURIComponent(symbol)}` : "/");
  open.postMessage({ symbol });
  return open.focus();
}
