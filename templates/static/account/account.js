/** The page's entry: who one is, how one signs in, and where one is signed in. */
import { TidewireClient } from "../client/index.js";
import { startAccount } from "../shared/account/account.js";
import { ConfirmDialog } from "../shared/confirm_dialog.js";
import { ConnectionStatus } from "../shared/connection/connection_status.js";
import { readFrame } from "../shared/connection/frame_shapes.js";
import { socketAddress } from "../shared/connection/socket_address.js";
import { byId, partsOf } from "../shared/elements.js";
import { Access } from "../shared/session/access.js";
import { Session } from "../shared/session/session.js";
import { DeletionPanel } from "./deletion_panel.js";
import { OwnDataPanel } from "./own_data_panel.js";
import { ProfilePanel } from "./profile_panel.js";
import { SessionList } from "./session_list.js";

const SIGNED_OUT = "See where you are signed in, change your password or your email address, and make API keys. Sign in to begin.";

const session = new Session();
const client = new TidewireClient(socketAddress(), { token: session.token, parse: readFrame });
const dialog = new ConfirmDialog();
const profile = new ProfilePanel(session);
const ownData = new OwnDataPanel(session);
const deletion = new DeletionPanel(session);
const sessions = new SessionList(session, dialog);

/** @param {boolean} isSomebody whoever has come sees nothing of who was here before @returns {Promise<unknown> | undefined} until all has its place */
function enter(isSomebody) {
  dialog.close();
  profile.forget();
  sessions.forget();
  ownData.forget();
  deletion.forget();
  return isSomebody ? load() : undefined;
}

async function load() {
  if (session.user) await Promise.all([profile, sessions, deletion].map((panel) => panel.load()));
}

startAccount(session, client, dialog);
new ConnectionStatus(client);
new Access(client, session, { signedOut: SIGNED_OUT, entered: enter });
for (const button of partsOf(document, "[data-opens]")) {
  button.addEventListener("click", () => byId(button.dataset.opens ?? "").click());
}
session.addEventListener("change", ({ detail: { reason } }) => ["renewed", "signed in"].includes(reason) && load());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && load());
client.connect();
