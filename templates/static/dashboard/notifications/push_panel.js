/** The browsers that the user lets the server push to, this one among them. */
import { byId } from "../../shared/elements.js";
import { element, setText } from "../../shared/painting.js";
import { SessionError } from "../../shared/session/session_requests.js";
import { Turns } from "../../shared/turns.js";
import { PushError, currentSubscription, isPushPossible, subscribe, unsubscribe } from "./push_registration.js";

const ADDRESS = "push/";
const LONGEST_NAME = 60;

/** @typedef {import("../../../types/notifications.js").Browser} Browser that is pushed to */

export class PushPanel {
  #state = byId("push-state");
  #on = byId("push-on");
  #list = byId("push-list");
  #requests;
  #changed;
  /** @type {string | null} */
  #publicKey = null;
  /** Somebody else has come: nothing that was asked before is shown to them. */
  #users = new Turns();

  /** @param {import("../../shared/session/user_requests.js").UserRequests} requests @param {() => void} changed */
  constructor(requests, changed) {
    this.#requests = requests;
    this.#changed = changed;
    this.#on.addEventListener("click", () => this.#subscribe());
  }

  /** Ask the server anew. */
  load() {
    return this.#ask(async (isMeant) => {
      const [answer, current] = await Promise.all([this.#requests.get(ADDRESS), currentSubscription()]);
      if (isMeant()) this.#show(answer, current?.endpoint);
    });
  }

  /** Show nothing of who was here before, and nothing that is answered to them later. */
  clear() {
    this.#users.begin();
    this.#publicKey = null;
    this.#on.hidden = true;
    setText(this.#state, "");
    this.#list.replaceChildren();
  }

  /** @param {import("../../../types/notifications.js").Browsers} answer @param {string} [here] */
  #show({ public_key: publicKey, items }, here) {
    this.#publicKey = publicKey;
    const isHere = items.some(({ endpoint }) => endpoint === here);
    this.#on.hidden = !publicKey || !isPushPossible() || isHere;
    setText(this.#state, stateText(publicKey, isHere));
    this.#list.replaceChildren(...items.map((item) => this.#row(item, item.endpoint === here)));
  }

  #subscribe() {
    setText(this.#state, "Asking this browser…"); // which may ask its reader, and its push service
    return this.#ask(async (isMeant) => {
      const subscription = await subscribe(/** @type {string} */ (this.#publicKey));
      if (!isMeant()) return; // who let this browser be pushed to has left it
      await this.#give(subscription, isMeant);
      if (isMeant()) await this.#loadAll();
    });
  }

  /**
   * A browser that is still subscribed for somebody else is subscribed anew: what was theirs is never taken over.
   *
   * @param {PushSubscription} subscription
   * @param {() => boolean} isMeant
   */
  async #give(subscription, isMeant) {
    try {
      await this.#requests.post(ADDRESS, subscription.toJSON());
    } catch (error) {
      if (!(error instanceof SessionError) || error.code !== "CONFLICT" || !isMeant()) throw error;
      await unsubscribe();
      const another = await subscribe(/** @type {string} */ (this.#publicKey));
      if (isMeant()) await this.#requests.post(ADDRESS, another.toJSON());
    }
  }

  async #loadAll() {
    await this.load();
    this.#changed();
  }

  /** @param {Browser} browser @param {boolean} isHere */
  #row({ id, user_agent: agent }, isHere) {
    const name = isHere ? "This browser" : agent.slice(0, LONGEST_NAME) || "Another browser";
    const remove = element("button", { type: "button", class: "button", "aria-label": `Remove: ${name}` }, "Remove");
    remove.addEventListener("click", () => this.#remove(id, isHere));
    return element("li", {}, element("span", {}, name), remove);
  }

  /** @param {number} id @param {boolean} isHere */
  #remove(id, isHere) {
    return this.#ask(async (isMeant) => {
      await this.#requests.delete(`${ADDRESS}${id}/`);
      if (isHere) await unsubscribe();
      if (isMeant()) await this.#loadAll();
    });
  }

  /** @param {(isMeant: () => boolean) => Promise<void>} ask told whether who asks is still here */
  async #ask(ask) {
    const isHere = this.#users.current();
    try {
      await ask(isHere);
    } catch (error) {
      if (!(error instanceof SessionError || error instanceof PushError)) throw error;
      if (isHere()) setText(this.#state, `${error.message}.`);
    }
  }
}

/** @param {string | null} publicKey @param {boolean} isHere */
function stateText(publicKey, isHere) {
  if (!publicKey) return "This server doesn't push: it has no VAPID key.";
  if (!isPushPossible()) return "This browser can't be pushed to.";
  return isHere ? "This browser is pushed to." : "";
}
