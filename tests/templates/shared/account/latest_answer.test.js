import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { showLatest } from "../../../../templates/static/shared/account/latest_answer.js";
import { SessionError } from "../../../../templates/static/shared/session/session_requests.js";
import { Turns } from "../../../../templates/static/shared/turns.js";

describe("what a panel of the account shows", () => {
  /** @returns {{said: string[], ask: (asked: Promise<unknown>) => Promise<void>, turns: Turns}} */
  function panel() {
    const said = /** @type {string[]} */ ([]);
    const turns = new Turns();
    const ask = (/** @type {Promise<unknown>} */ asked) =>
      showLatest(turns, asked, (answer) => said.push(`shown: ${answer}`), (problem) => said.push(`told: ${problem}`));
    return { said, ask, turns };
  }

  it("is the latest answer, whichever comes last", async () => {
    const { said, ask } = panel();
    let answer = (/** @type {string} */ _text) => {};
    const first = ask(new Promise((resolve) => (answer = resolve)));
    await ask(Promise.resolve("new"));
    answer("old");
    await first;
    assert.deepEqual(said, ["shown: new"]);
  });

  it("is why there is none, but not to whoever has come since", async () => {
    const { said, ask, turns } = panel();
    const refused = () => Promise.reject(new SessionError("Too many requests", { fields: {} }));
    await ask(refused());
    const later = ask(refused());
    turns.begin();
    await later;
    assert.equal(said.length, 1);
    assert.match(said[0], /^told: Too many requests/);
  });

  it("hides no fault of the page's own", async () => {
    await assert.rejects(panel().ask(Promise.reject(new TypeError("fault"))), TypeError);
  });
});
