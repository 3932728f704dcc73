/** Runs in the browser while no page is open: shows what is pushed, and opens the page when it is clicked. */

addEventListener("install", () => skipWaiting());

addEventListener("push", (event) => {
  const { title = "Tidewire", body = "", id, data } = read(event.data);
  const options = { body, tag: id === undefined ? undefined : String(id), data: { symbol: data?.symbol ?? "" } };
  event.waitUntil(registration.showNotification(title, options));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data?.symbol ?? ""));
});

function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return { body: data.text() };
  }
}

/** A page that is open already is used; the market is named in the address's hash. */
async function openPage(symbol) {
  const address = new URL(symbol ? `/#${encodeURIComponent(symbol)}` : "/", location.origin);
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find(({ url }) => new URL(url).pathname === "/");
  if (!open) return clients.openWindow(address.href);
  return open.focus();
}
