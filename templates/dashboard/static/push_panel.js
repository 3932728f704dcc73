/** The browsers that the user lets the server push to, this one among them. */
import { element, setText } from "./painting.js";
import { currentSubscription, isPushPossible, subscribe } from "./push_registration.js";

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

  /** @param {import("./own_requests.js").OwnRequests} requests @param {() => void} changed */
  constructor(requests, changed) {
    this.#requests = requests;
    this.#changed = changed;
    this.#on.addEventListener("click", () => this.#subscribe());
  }

  /** Ask the server anew. */
  load() {
    return this.#ask(async () => {
      const [{ public_key: publicKey, items }, current] = await Promise.all([this.#requests.get(ADDRESS), currentSubscription()]);
      this.#publicKey = publicKey;
      const isHere = items.some(({ endpoint }) => endpoint === current?.endpoint);
      this.#on.hidden = !publicKey || !isPushPossible() || isHere;
      setText(this.#state, stateInWords(publicKey, isHere));
      this.#list.replaceChildren(...items.map((item) => this.#row(item, item.endpoint === current?.endpoint)));
    });
  }

  #subscribe() {
    return this.#ask(async () => {
      const subscription = await subscribe(/** @type {string} */ (this.#publicKey));
      await this.#requests.post(ADDRESS, subscription.toJSON());
      await this.load();
      this.#changed();
    });
  }

  #row({ id, user_agent: agent }, isHere) {
    const name = isHere ? "This browser" : agent.slice(0, LONGEST_NAME) || "Another browser";
    const remove = element("button", { type: "button", class: "button", "aria-label": `Remove: ${name}` }, "Remove");
    remove.addEventListener("click", () => this.#remove(id, isHere));
    return element("li", {}, element("span", {}, name), remove);
  }

  #remove(id, isHere) {
    return this.#ask(async () => {
      await this.#requests.delete(`${ADDRESS}${id}/`);
      if (isHere) await (await currentSubscription())?.unsubscribe();
      await this.load();
      this.#changed();
    });
  }

  async #ask(ask) {
    try {
      await ask();
    } catch (error) {
      if (!["SessionError", "PushError"].includes(error.name)) throw error;
      setText(this.#state, `${error.message}.`);
    }
  }
}

function stateInWords(publicKey, isHere) {
  if (!publicKey) return "This server doesn't push: it has no VAPID key.";
  if (!isPushPossible()) return "This browser can't be pushed to.";
  return isHere ? "This browser is pushed to." : "";
}
