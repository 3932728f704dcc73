/**
 * Where the session outlives the page: the refresh token and whose it is, which all tabs of this browser share. Where
 * the browser keeps nothing for the page, the session ends with it.
 */
import { jsonOf } from "../json.js";

/** As the dashboard's `panels_at_load.js` reads it. */
const KEY = "tidewire.session";

/** @typedef {import("../../../types/session.js").StoredSession} StoredSession */

export class SessionStore {
  #storage;

  /** @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} [storage] */
  constructor(storage = storageOfBrowser()) {
    this.#storage = storage;
  }

  /** @returns {StoredSession | null} null where there is none, or one that nobody can read */
  read() {
    return storedSession(this.#storage.getItem(KEY));
  }

  /** @param {StoredSession} session */
  write(session) {
    this.#storage.setItem(KEY, JSON.stringify(session));
  }

  clear() {
    this.#storage.removeItem(KEY);
  }

  /** @param {() => void} changed called when another tab has signed somebody in or out */
  watch(changed) {
    globalThis.addEventListener?.("storage", ({ key }) => {
      if (key === KEY || key === null) changed(); // null: everything was cleared
    });
  }
}

/** For pages whose reader lets them keep nothing. */
export class PageMemory {
  /** @type {Map<string, string>} */
  #items = new Map();

  /** @param {string} key */
  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    this.#items.set(key, value);
  }

  /** @param {string} key */
  removeItem(key) {
    this.#items.delete(key);
  }
}

/** @returns {Pick<Storage, "getItem" | "setItem" | "removeItem">} */
export function storageOfBrowser() {
  try {
    return localStorage;
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "SecurityError") throw error;
    return new PageMemory();
  }
}

/** @param {string | null} text which another version of this page, or anybody at the console, may have written */
function storedSession(text) {
  const session = jsonOf(text);
  return typeof session?.refresh === "string" && typeof session.user?.username === "string" ? session : null;
}
