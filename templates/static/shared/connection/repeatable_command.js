/**
 * A command that may be asked for again where nobody answered: it keeps its id then, by which the server does it once
 * (docs/protocol/commands.md, A command acts once).
 */
import { isAnswer } from "../refusal.js";
import { overNetwork } from "./network.js";
import { newRequestKey } from "./request_key.js";

export class RepeatableCommand {
  #client;
  #action;
  /** What was asked for and not answered yet, and under which id. */
  #asked = { given: "", id: "" };

  /** @param {Pick<import("../../client/client.js").TidewireClient, "command">} client @param {string} action */
  constructor(client, action) {
    this.#client = client;
    this.#action = action;
  }

  /**
   * @param {object} given the parameters: the same as those that nobody answered ask for the same thing
   * @returns {Promise<any>} rejected with a Refusal
   */
  async ask(given) {
    const written = JSON.stringify(given);
    if (this.#asked.given !== written) this.#asked = { given: written, id: newRequestKey() };
    const { id } = this.#asked;
    const answer = await overNetwork((signal) => this.#client.command(this.#action, given, { id, signal }));
    if (this.#asked.id === id) this.#asked = { given: "", id: "" };
    return answer;
  }
}

/**
 * @param {import("../refusal.js").Refusal} refusal of such a command
 * @param {string} again what to do where nobody answered, and that it is done once
 * @returns {{message: string, fields?: Record<string, string>}} as its form tells it
 */
export function repeatableRefusal(refusal, again) {
  const { message, fields } = refusal;
  return { message: isAnswer(refusal) ? message : `The server hasn't answered. ${again}, whatever became of this`, fields };
}
