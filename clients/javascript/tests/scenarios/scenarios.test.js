/** What every client must survive: clients/scenarios, against a real gateway behind a proxy that cuts. */
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { ScenarioPlayer } from "./player.js";
import { MISSING, Stage } from "../stage.js";

const FILE = new URL("../../../scenarios/scenarios.json", import.meta.url);
const { scenarios } = JSON.parse(await readFile(FILE, "utf8"));

describe("every scenario", { skip: MISSING }, () => {
  /** @type {Stage} */
  let stage;
  before(async () => {
    stage = await Stage.start();
  });
  after(() => stage?.end());

  for (const scenario of scenarios) {
    for (const dialect of scenario.dialects) {
      test(`${scenario.name} (${dialect})`, async () => {
        await stage.ask("/reset");
        const fixed = scenario.token === "fixed" ? (await stage.ask("/token")).token : undefined;
        await new ScenarioPlayer(stage, scenario, dialect, fixed).play();
      });
    }
  }
});
