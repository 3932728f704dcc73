/** The stage of clients/scenarios: a real gateway behind a proxy that cuts, in processes of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PYTHON = process.env.PYTHON ?? join(ROOT, ".venv", "bin", "python");
const PATHS = [ROOT, join(ROOT, "platform"), join(ROOT, "clients", "python")];

/** Why there can be no stage here; false where there can. In CI there must be one. */
export const MISSING =
  process.env.CI !== "true" && !existsSync(PYTHON) && `${PYTHON} is missing: make setup makes it`;

/** @type {Promise<Stage> | undefined} */
let shared;
after(async () => (await shared)?.end());

export class Stage {
  #process;

  /** The stage that all tests of this process share, and that ends with them: a start takes seconds. */
  static shared() {
    shared ??= Stage.start();
    return shared;
  }

  static async start() {
    const stage = new Stage();
    const env = { ...process.env, PYTHONPATH: PATHS.join(delimiter) };
    const stdio = /** @type {const} */ (["pipe", "pipe", "inherit"]);
    stage.#process = spawn(PYTHON, ["-m", "tests.clients.stage"], { cwd: ROOT, env, stdio });
    stage.#process.on("error", (error) => console.error(`${PYTHON}: ${error.message}`));
    const { value } = await createInterface({ input: stage.#process.stdout })[Symbol.asyncIterator]().next();
    if (!value) throw new Error("The stage ended before it said where it is");
    Object.assign(stage, JSON.parse(value));
    return stage;
  }

  /** The addresses, as the stage has told them. */
  socket = "";
  http = "";
  control = "";
  gateway = "";

  /**
   * Ask for what may happen, as clients/scenarios/README.md has it.
   *
   * @param {string} path
   * @param {Record<string, any>} [parameters]
   */
  async ask(path, parameters = {}) {
    const response = await fetch(`${this.control}${path}?${new URLSearchParams(parameters)}`);
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${answer.error}`);
    return answer;
  }

  /** How many connections the gateway has, and which channels are subscribed, as it says itself. */
  async statistics() {
    return (await (await fetch(`${this.gateway}/api/v1/ws/stats`)).json()).data;
  }

  async end() {
    const ended = once(this.#process, "exit");
    this.#process.stdin.end();
    await ended;
  }
}
