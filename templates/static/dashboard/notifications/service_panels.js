/** Where the services reach the user: a form for each, which are asked for together. */
import { ADDRESSES, ServicePanel } from "./service_panel.js";
import { SERVICES } from "./services.js";

export class ServicePanels {
  #requests;
  #panels;

  /**
   * @param {import("../../shared/session/user_requests.js").UserRequests} requests
   * @param {() => void} changed
   */
  constructor(requests, changed) {
    this.#requests = requests;
    this.#panels = SERVICES.map((service) => new ServicePanel(requests, service, changed));
  }

  /** Ask the server anew. */
  async load() {
    const asked = this.#requests.get(ADDRESSES);
    await Promise.all(this.#panels.map((panel) => panel.load(asked)));
  }

  /** What isn't saved of any of them. */
  get typed() {
    return this.#panels.map(({ typed }) => typed).join("");
  }

  /** Throw away what was typed. */
  discard() {
    for (const panel of this.#panels) panel.discard();
  }

  /** Show nothing of who was here before, and nothing that is answered to them later. */
  clear() {
    for (const panel of this.#panels) panel.clear();
  }
}
