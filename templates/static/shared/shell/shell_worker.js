/**
 * Holds the page's shell where it runs as an app: its bundles, and what is said while there is no network. Nothing else is
 * ever kept or answered here: neither a page nor an answer of the server, and so no price.
 *
 * The server (`platform/config/http/shell.py`) writes `SHELL` before it: of other bundles it is another worker, which the
 * browser takes at the next load, and which throws away what the one before has kept.
 */

/** @typedef {{version: string, files: string[], offline: string}} Shell */

const shellScope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const { SHELL } = /** @type {{SHELL: Shell}} */ (/** @type {unknown} */ (self));
const PREFIX = "tidewire-shell-";
const CACHE = PREFIX + SHELL.version;
const FILES = new Set(SHELL.files);

shellScope.addEventListener("install", (event) => {
  shellScope.skipWaiting();
  event.waitUntil(fill());
});

shellScope.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));

shellScope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname } = new URL(request.url);
  if (origin !== shellScope.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (FILES.has(pathname)) event.respondWith(kept(request));
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...FILES, SHELL.offline].map((file) => new Request(file, { cache: "no-cache", credentials: "omit" })));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

/** From the network alone; where that is away, what says so. @param {Request} request */
async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const offline = await caches.match(SHELL.offline, { cacheName: CACHE });
    if (offline) return offline;
    throw error;
  }
}

/** Its name has the hash of what is in it: it never changes. @param {Request} request */
async function kept(request) {
  return (await caches.match(request.url, { cacheName: CACHE })) ?? fetch(request);
}
