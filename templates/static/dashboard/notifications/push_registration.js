/** Push to this browser (https://www.w3.org/TR/push-api/): allowed by the reader, told to the server. */

/** Its folder is its scope, under which browsers keep it: it stays where it is, seen from two folders below `/static/`. */
const WORKER = new URL("../../dashboard/push_worker.js", import.meta.url);

/** What the browser, or its reader, doesn't allow; the message is fit to be shown. */
export class PushError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "PushError";
    this.code = "push";
  }
}

export function isPushPossible() {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

/** @returns {Promise<PushSubscription | null>} that of this browser, where there is one */
export async function currentSubscription() {
  if (!isPushPossible()) return null;
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/**
 * @param {string} publicKey of the server, URL-safe base64
 * @returns {Promise<PushSubscription>}
 * @throws {PushError}
 */
export async function subscribe(publicKey) {
  if ((await Notification.requestPermission()) !== "granted") {
    throw new PushError("This browser doesn't let the page send notifications: allow it in the site's settings");
  }
  try {
    const registration = await navigator.serviceWorker.register(WORKER);
    const options = { userVisibleOnly: true, applicationServerKey: publicKey };
    await activated(registration);
    return await registration.pushManager.subscribe(options);
  } catch (error) {
    throw new PushError(`This browser can't be pushed to: ${error instanceof Error ? error.message : error}`);
  }
}

/** End the pushes to this browser, where there are any: its push service tells the server, which forgets it. */
export async function unsubscribe() {
  await (await currentSubscription())?.unsubscribe();
}

/** Whoever uses this browser next is shown nothing that is pushed to who has left. @param {import("../../shared/session/session.js").Session} session */
export function unsubscribeAtSignOut(session) {
  session.addEventListener("change", ({ detail: { reason } }) => reason === "signed out" && unsubscribe());
}

/** @param {ServiceWorkerRegistration} registration a worker of a scope without pages is `ready` for none */
function activated(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (!worker || registration.active) return Promise.resolve();
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => worker.state === "activated" && resolve(undefined));
  });
}

/** @param {(symbol: string) => void} show called when the reader has clicked what was pushed about a market */
export function followClicks(show) {
  if (!isPushPossible()) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (typeof data?.symbol === "string" && data.symbol) show(data.symbol);
  });
  navigator.serviceWorker.startMessages();
}
