/** Runs in the browser while no page is open: shows what is pushed, and opens the page when it is clicked. */

addEventListener("install", () => skipWaiting());

addEventListener("push", (event) => {
  const { title, body, id, data } = read(event.data);
  const heading = textOf(title) || "Tidewire";
  const options = { body: textOf(body), tag: textOf(id) || heading, data: { symbol: textOf(data?.symbol) } };
  event.waitUntil(registration.showNotification(heading, options));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showPage(event.notification.data?.symbol ?? ""));
});

/** @param {PushMessageData | null} data anybody who knows the keys could send something else */
function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return { body: data.text() };
  }
}

/** @param {unknown} value */
function textOf(value) {
  return ["string", "number"].includes(typeof value) ? String(value) : "";
}

/** A page that is open already is used: it is told where to go, as none is this worker's to lead. @param {string} symbol */
async function showPage(symbol) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find(({ url }) => new URL(url).pathname === "/");
  if (!open) return clients.openWindow(symbol ? `/#${encodeURIComponent(symbol)}` : "/");
  open.postMessage({ symbol });
  return open.focus();
}
