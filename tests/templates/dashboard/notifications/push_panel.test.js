import assert from "node:assert/strict";
import { test } from "node:test";
import { addPart } from "../../page_in_node.js";
import { AccessToken } from "../../../../templates/static/shared/session/access_token.js";
import { UserRequests } from "../../../../templates/static/shared/session/user_requests.js";
import { Session } from "../../../../templates/static/shared/session/session.js";
import { PageMemory, SessionStore } from "../../../../templates/static/shared/session/session_store.js";
import { HeldServer, giveToken, signIn } from "../../held_server.js";
import { settled } from "../../settled.js";

/** What a browser has besides pages: one subscription at a time, each with an endpoint of its own. */
class PushingBrowser {
  #subscribed = 0;
  /** @type {object | null} */
  #current = null;
  pushManager = {
    subscribe: async () => (this.#current ??= this.#subscription(`https://push.example/${++this.#subscribed}`)),
    getSubscription: async () => this.#current,
  };
  active = {};

  #subscription(endpoint) {
    const unsubscribe = async () => {
      this.#current = null;
      return true;
    };
    return { endpoint, toJSON: () => ({ endpoint }), unsubscribe };
  }
}

addPart("preferences.html");
const browser = new PushingBrowser();
const serviceWorker = { register: async () => browser, getRegistration: async () => browser };
Object.defineProperty(globalThis, "navigator", { value: { serviceWorker }, configurable: true });
Object.assign(globalThis, { PushManager: {}, Notification: { requestPermission: async () => "granted" } });

const { unsubscribeAtSignOut } = await import("../../../../templates/static/dashboard/notifications/push_registration.js");
const { PushPanel } = await import("../../../../templates/static/dashboard/notifications/push_panel.js");
const server = new HeldServer();
const session = new Session({ store: new SessionStore(new PageMemory()) });
const panel = new PushPanel(new UserRequests(new AccessToken(session), "/api/v1/notifications/"), () => undefined);
unsubscribeAtSignOut(session);
const button = document.getElementById("push-on");

async function opened(username) {
  await signIn(server, session, username);
  const loaded = panel.load();
  await giveToken(server, username);
  (await server.asked("GET push/")).answer({ public_key: "BN", items: [], total: 0 });
  await loaded;
}

test("it subscribes this browser anew where it is another user's, and takes nothing over", async () => {
  await opened("ann");
  button.click();
  const first = await server.asked("POST push/");
  first.answer({ error: { code: "CONFLICT", message: "This browser is subscribed for another user" } }, 409);
  const second = await server.asked("POST push/");
  assert.deepEqual([first, second].map(({ body }) => body.endpoint), ["https://push.example/1", "https://push.example/2"]);
  second.answer({ id: 2, endpoint: "https://push.example/2", user_agent: "" }, 201);
  const items = [{ id: 2, endpoint: "https://push.example/2", user_agent: "" }];
  (await server.asked("GET push/")).answer({ public_key: "BN", items, total: 1 });
  await settled();
  assert.equal(document.getElementById("push-state").textContent, "This browser is pushed to.");
});

test("it is pushed to no more once its user has signed out", async () => {
  await browser.pushManager.subscribe();
  await signIn(server, session, "cid");
  assert.notEqual(await browser.pushManager.getSubscription(), null);
  session.signOut().catch(() => undefined);
  await server.asked("POST token/refresh/"); // nobody answers it
  await settled();
  assert.equal(await browser.pushManager.getSubscription(), null);
});

test("it asks no third time, and says why", async () => {
  await opened("bob");
  button.hidden = false;
  button.click();
  const message = "At most 20 browsers can be subscribed";
  for (const _ of [1, 2]) (await server.asked("POST push/")).answer({ error: { code: "CONFLICT", message } }, 409);
  await settled();
  assert.equal(server.isAsked("POST push/"), false);
  assert.equal(document.getElementById("push-state").textContent, `${message}.`);
});
