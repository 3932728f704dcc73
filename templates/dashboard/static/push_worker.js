/** Runs in the browser while no page is open: shows what is pushed, and opens the page when it is clicked. */

addEventListener("install", () => skipWaiting());

addEventListener("push", (event) => {
  const { title = "Tidewire", body = "", id } = read(event.data);
  event.waitUntil(registration.showNotification(title, { body, tag: String(id ?? title) }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(showPage());
});

/** @param {PushMessageData | null} data anybody who knows the keys could send something else */
function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return { body: data.text() };
  }
}

/** A page that is open already is used. */
async function showPage() {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = pages.find(({ url }) => new URL(url).pathname === "/");
  return open ? open.focus() : clients.openWindow("/");
}
