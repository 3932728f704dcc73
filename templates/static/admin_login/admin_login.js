/** The admin's log-in page: whoever is signed in on the page of this browser, and is of the staff, isn't asked again. */
import { byId } from "../shared/elements.js";
import { Session } from "../shared/session/session.js";
import { SessionError } from "../shared/session/session_requests.js";
import { storageOfBrowser } from "../shared/session/session_store.js";
import { destinationOf } from "./admin_destination.js";

const TRIED = "tidewire.admin-entry";
const PAUSE_MILLISECONDS = 10_000;

enter(new Session());

/** @param {Session} session */
async function enter(session) {
  if (!mayHaveTheAdmin(session.user) || hasJustTried()) return;
  try {
    await session.openAdmin();
    location.replace(destinationOf(location.href));
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    byId("admin-entry").textContent = `Signed in as ${session.user?.username ?? "nobody"}: ${error.message}.`;
  }
}

/**
 * Staff who still have to turn on two-factor are told so by the answer.
 *
 * @param {import("../../types/session.js").User | null} user
 */
function mayHaveTheAdmin(user) {
  return Boolean(user?.is_staff) || user?.two_factor === "required";
}

/** A browser that keeps no cookie would come back here at once, and again. */
function hasJustTried() {
  const storage = storageOfBrowser();
  const last = Number(storage.getItem(TRIED));
  storage.setItem(TRIED, String(Date.now()));
  return Date.now() - last < PAUSE_MILLISECONDS;
}
