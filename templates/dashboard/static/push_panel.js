/** The browsers that the user lets the server push to, this one among them. */
import { element, setText } from "./painting.js";
import { currentSubscription, isPushPossible, subscribe } from "./push_registration.js";
import { Turns } from "./turns.js";

const ADDRESS = "push/";
const LONGEST_NAME = 60;

export class PushPanel {
  #state = document.getElementById("push-state");
  #on = document.getElementById("push-on");
  #list = document.getElementById("push-list");
  #requests;
  #changed;
  /** @type {string | null} */
  #publicKey = null;
  /** Somebody else has come: nothing that was asked before is shown to them. */
  #users = new Turns();

  /** @param {import("./own_requests.js").OwnRequests} requests @param {() => void} changed */
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

  #show({ public_key: publicKey, items }, here) {
    this.#publicKey = publicKey;
    const isHere = items.some(({ endpoint }) => endpoint === here);
    this.#on.hidden = !publicKey || !isPushPossible() || isHere;
    setText(this.#state, stateInWords(publicKey, isHere));
    this.#list.replaceChildren(...items.map((item) => this.#row(item, item.endpoint === here)));
  }

  #subscribe() {
    setText(this.#state, "Asking this browser…"); // which may ask its reader, and its push service
    return this.#ask(async (isMeant) => {
      const subscription = await subscribe(/** @type {string} */ (this.#publicKey));
      if (!isMeant()) return; // who let this browser be pushed to has left it
      await this.#requests.post(ADDRESS, subscription.toJSON());
      if (isMeant()) await this.#loadAll();
    });
  }

  async #loadAll() {
    await this.load();
    this.#changed();
  }

  #row({ id, user_agent: agent }, isHere) {
    const name = isHere ? "This browser" : agent.slice(0, LONGEST_NAME) || "Another browser";
    const remove = element("button", { type: "button", class: "button", "aria-label": `Remove: ${name}` }, "Remove");
    remove.addEventListener("click", () => this.#remove(id, isHere));
    return element("li", {}, element("span", {}, name), remove);
  }

  #remove(id, isHere) {
    return this.#ask(async (isMeant) => {
      await this.#requests.delete(`${ADDRESS}${id}/`);
      if (isHere) await (await currentSubscription())?.unsubscribe();
      if (isMeant()) await this.#loadAll();
    });
  }

  /** @param {(isMeant: () => boolean) => Promise<void>} ask told whether who asks is still here */
  async #ask(ask) {
    const isHere = this.#users.current();
    try {
      await ask(isHere);
    } catch (error) {
      if (!["SessionError", "PushError"].includes(error.name)) throw error;
      if (isHere()) setText(this.#state, `${error.message}.`);
    }
  }
}

function stateInWords(publicKey, isHere) {
  if (!publicKey) return "This server doesn't push: it has no VAPID key.";
  if (!isPushPossible()) return "This browser can't be pushed to.";
  return isHere ? "This browser is pushed to." : "";
}
