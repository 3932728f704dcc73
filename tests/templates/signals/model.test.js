import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SessionError } from "../../../templates/static/shared/session/session_requests.js";
import { cardSentences, earningsRows, madeRows, modelTitle, reliabilityPoints, silenceText, stateText, windowRows } from "../../../templates/static/signals/models/model_text.js";
import { SignalRequests } from "../../../templates/static/signals/requests.js";
import { card } from "./fixtures.js";

addPart("../../signals/includes/model.html");
const { ModelPanel } = await import("../../../templates/static/signals/models/model_panel.js");

const given = (changes) => /** @type {any} */ (card(changes));
const [TRAINED, VALID_UNTIL] = [Date.parse(card().trainedAt), Date.parse(card().validUntil)];
const byId = (id) => document.getElementById(id);
const about = (changes, words) => cardSentences(given(changes)).find((sentence) => words.test(sentence)) ?? "";

beforeEach(() => byId("model-choice").replaceWith(byId("model-choice").cloneNode(true))); // without the listeners of the test before

test("a card is told in plain words: what it says, learnt and is worth", () => {
  assert.equal(modelTitle(given()), "Gradient boosting on BTCUSDT, 1m, version 7");
  assert.match(about({}, /It says/), /BTCUSDT stands higher 15 candles of 1m later, and abstains within 3 per cent of a half\./);
  assert.match(about({}, /It learnt/), /129,600 candles of Binance from 2026-08-25 02:00 to 2026-11-23 02:00, by 2 features;.* good until 2026-11-25 02:00\./);
  assert.equal(about({}, /asked/), "It is asked only of prices of Binance.");
  assert.equal(about({ source: "simulator" }, /asked/), "It is asked only of prices of the simulator, and drives only demo accounts.");
  assert.equal(about({ source: null }, /asked/), "");
  assert.match(about({}, /AUC/), /Over 64,776 outcomes .* 0\.507 ± 0\.009, where 0\.5 is a coin's: no more than chance\./);
  assert.match(about({}, /Followed/), /earned 0\.00% net of fees of 0\.1% for each trade: no more than the best of its baselines\./);
  assert.match(about({ earnings: { netReturn: 0.02, trades: 3 } }, /Followed/), /\+2\.00%.*more than each of its baselines\./);
  assert.match(about({}, /no model could/), /too small to earn the fees/);
  assert.match(about({ breakEven: 0.54 }, /at least/), /54\.0% probable/);
  assert.match(about({ calibration: null, breakEven: null }, /too few/), /too few outcomes/);
});

test("how much a model that learns online has learnt since its training is told, and nothing of another", () => {
  const online = (labels, newest) => about({ algorithm: "online", learntSinceTraining: { labels, newest } }, /learns on/);
  assert.match(online(1234, "2026-11-23T12:34:59.999Z"), /since its training from 1,234 outcomes, the newest known 2026-11-23 12:34:59\./);
  assert.match(online(1, "2026-11-23T12:34:59.999Z"), /from 1 outcome,/);
  assert.match(online(0, null), /it has learnt nothing yet\./);
  assert.equal(about({}, /learns on/), "");
});

test("whether it says anything is told, and why not", () => {
  const silent = (card, now = TRAINED) => silenceText(card, now);
  assert.equal(silent(given()), "It says nothing: its calibration tells no more than chance.");
  assert.equal(silent(given({ calibration: { ...card().calibration, hasSkill: true } })), "It says a direction where it is sure enough.");
  assert.equal(silent(given({ liveState: "speaking" })), "It says a direction where it is sure enough.");
  assert.equal(silent(given({ liveState: "no_features", calibration: { ...card().calibration, hasSkill: true } })), "It says nothing now: too few candles since the start or a gap, or no order book.");
  assert.equal(silent(given({ liveState: "no_skill", state: "silenced", silence: "expired" })), "It says nothing: it was trained too long ago.");
  assert.equal(silent(given({ state: "silenced", silence: "drift", reason: "wrong more often" })), "It says nothing: wrong more often.");
  assert.equal(silent(given({ state: "silenced", silence: "expired" })), "It says nothing: it was trained too long ago.");
  assert.equal(silent(given({ source: "simulator", inUse: false })), "It says nothing here: the market isn't that of the simulator.");
  assert.deepEqual([stateText(given()), stateText(given({ inUse: false })), stateText(given({ state: "retired", inUse: false }))], ["In use", "Of another market", "Replaced"]);
  assert.equal(silent(given({ state: "retired", inUse: false })), "Another version has come in its place.");
  assert.equal(silent(given({ state: "retired", inUse: false, source: null })), "It says nothing: from which exchange its candles came isn't known.");
  assert.equal(silent(given({ liveState: "speaking" }), VALID_UNTIL - 1), "It says a direction where it is sure enough.");
  assert.equal(silent(given({ liveState: "speaking" }), VALID_UNTIL), "It says nothing: it was trained too long ago.");
});

test("its figures stand beside those of the baselines, and window by window", () => {
  assert.deepEqual(earningsRows(given()).map((row) => row.join(" ")), ["This model 0.00% 0", "Doing nothing 0.00% 0", "Holding +1.30% 5", "Long after each rise −84.00% 1,090"]);
  assert.deepEqual(windowRows(given()), [["2026-10-09 to 2026-10-18", "0.511 ± 0.020", "0", "–", "0.00%"]]);
  assert.deepEqual(windowRows(given({ windows: null })), []);
  assert.deepEqual(madeRows(given()).slice(1, 4), [["Seed", "1"], ["Learning rate", "0.05"], ["Scikit-learn", "1.9.1"]]);
});

test("the version in use is shown first, and none is told as that", async () => {
  const cards = [given(), given({ id: "b", state: "retired", inUse: false, version: 8 }), given({ id: "c", inUse: false, source: "simulator" })];
  const requests = /** @type {any} */ ({ models: async () => cards, model: async (id) => cards.find((one) => one.id === id) });
  await new ModelPanel(requests).load();
  assert.deepEqual([byId("model-name").textContent, byId("model-state").textContent, byId("model-body").hidden], ["Gradient boosting on BTCUSDT, 1m, version 7", "In use", false]);
  assert.equal(byId("model-choice").children.length, 3);
  await new ModelPanel(/** @type {any} */ ({ models: async () => [] })).load();
  assert.deepEqual([byId("model-body").hidden, byId("model-note").textContent.slice(0, 27)], [true, "No model is installed here."]);
});

test("the cards are read again soon while there is none, and once a minute otherwise", async () => {
  let asked = 0;
  let cards = [];
  const requests = /** @type {any} */ ({ models: async () => ((asked += 1), cards), model: async () => given() });
  const panel = new ModelPanel(requests);
  await panel.load(0);
  await Promise.all([panel.refresh(5_000), panel.refresh(5_001)]);
  assert.equal(asked, 2, "one at a time");
  cards = [given()];
  await panel.refresh(10_000);
  assert.equal(byId("model-body").hidden, false);
  await panel.refresh(69_999);
  assert.equal(asked, 3);
  await panel.refresh(70_000);
  assert.equal(asked, 4);
});

test("a failed reading again leaves the card under the note, and the same versions leave the list as it is", async () => {
  let fails = false;
  let asked = 0;
  const models = async () => {
    asked += 1;
    if (fails) throw new SessionError("The server can't be reached");
    return [given()];
  };
  const panel = new ModelPanel(/** @type {any} */ ({ models, model: async () => given() }));
  await panel.load(0);
  const [option] = byId("model-choice").children;
  await panel.refresh(60_000);
  assert.equal(byId("model-choice").children[0], option);
  fails = true;
  await panel.refresh(120_000);
  assert.deepEqual([byId("model-body").hidden, byId("model-note").textContent], [false, "The models can't be read: The server can't be reached."]);
  await panel.refresh(125_000);
  assert.equal(asked, 3);
  fails = false;
  await panel.refresh(180_000);
  assert.equal(byId("model-note").textContent, "");
});

test("why the models can't be read is told", async () => {
  const refuse = async () => {
    throw new SessionError("The server can't be reached");
  };
  await new ModelPanel(/** @type {any} */ ({ models: refuse })).load();
  assert.equal(byId("model-note").textContent, "The models can't be read: The server can't be reached.");
});

test("a server that knows no models has none", async () => {
  const before = [globalThis.location, globalThis.fetch];
  Object.assign(globalThis, { location: { origin: "http://127.0.0.1" }, fetch: async () => new Response("", { status: 404 }) });
  try {
    const requests = new SignalRequests(/** @type {any} */ ({ token: async () => "t" }));
    assert.deepEqual(await requests.models(), []);
    await assert.rejects(requests.model("model_a"), SessionError);
  } finally {
    Object.assign(globalThis, { location: before[0], fetch: before[1] });
  }
});

test("all versions in use are asked for, before the newest others", async () => {
  const before = [globalThis.location, globalThis.fetch];
  const items = (url) => (String(url).includes("inUse=true") ? [{ id: "old", inUse: true }] : [{ id: "new" }, { id: "old" }]);
  Object.assign(globalThis, { location: { origin: "http://127.0.0.1" }, fetch: async (url) => Response.json({ items: items(url) }) });
  try {
    const requests = new SignalRequests(/** @type {any} */ ({ token: async () => "t" }));
    assert.deepEqual(await requests.models(), [{ id: "old", inUse: true }, { id: "new" }]);
  } finally {
    Object.assign(globalThis, { location: before[0], fetch: before[1] });
  }
});

test("outcomes whose horizons overlap count once for what chance allows", () => {
  const points = reliabilityPoints(/** @type {any} */ (card({ horizon: 15, reliability: [{ count: 5182, said: 0.48, came: 0.49 }, { count: 3, said: 0.6, came: 1 }] })));
  assert.deepEqual(points.map(({ count, independent }) => [count, independent]), [[5182, 345], [3, 1]]);
  assert.deepEqual(reliabilityPoints(/** @type {any} */ (card({ reliability: null }))), []);
});
