import { addPart } from "../page_in_node.js";
import assert from "node:assert/strict";
import { test } from "node:test";

addPart("../../trading_accounts/includes/limits.html");
addPart("../../shared/confirm.html");
const { LimitsPanel } = await import("../../../templates/static/trading_accounts/limits/limits_panel.js");

const NONE = { order_size: null, position_size: null, open_orders: null, price_collar: null, orders_per_second: null, daily_loss: null };
const USED = { positions: [], open_orders: 3, orders_per_second: 0, daily_loss: 0 };
const limitsOf = (/** @type {any} */ other = {}) => ({ account: "acc_1", limits: { ...NONE, open_orders: 20 }, defaults: NONE, used: USED, changeable: true, ...other });

/** @type {any[]} */
let questions = [];
/** @type {any[]} */
let sent = [];
const requests = /** @type {any} */ ({
  setLimits: async (/** @type {string} */ account, /** @type {any} */ limits) => {
    sent.push([account, limits]);
    return { ...NONE, ...limits };
  },
});
const panel = new LimitsPanel(requests, /** @type {any} */ ({ ask: (/** @type {any} */ question) => questions.push(question) }));
const byId = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const field = (/** @type {string} */ name) => /** @type {any} */ (document.querySelector(`#limits-form [name=${name}]`));

test("a change is asked about first, done as it was typed, and said", async () => {
  panel.show(limitsOf(), true, "USDT");
  field("order_size").value = "2,500.5";
  byId("limits-save").click();
  const [question] = questions.splice(0);
  assert.deepEqual(question.says.slice(0, 1), ["Largest order: none → 2,500.5 of quote."]);
  await question.act();
  assert.deepEqual(sent.splice(0), [["acc_1", { order_size: "2500.5", open_orders: "20" }]]);
  assert.match(byId("limits-outcome").textContent, /^Changed\. Largest order/);
  assert.equal(field("order_size").value, "2500.5");
});

test("what was typed stays while what is used is told anew, and nothing is asked where nothing would change", () => {
  panel.show(limitsOf(), true, "USDT");
  byId("limits-undo").click();
  field("daily_loss").value = "10";
  panel.show(limitsOf({ limits: { ...NONE, open_orders: 30 }, used: { ...USED, open_orders: 4 } }), true, "USDT");
  assert.deepEqual([field("daily_loss").value, field("open_orders").value], ["10", "30"]);
  assert.equal(byId("limit-open_orders-used").textContent, "Now: 4 orders of 30 open");
  byId("limits-undo").click();
  byId("limits-save").click();
  assert.deepEqual([questions, byId("limits-outcome").textContent], [[], "Nothing would change."]);
});

test("what the server refuses stands at its field, which it calls as the form does", () => {
  panel.show(limitsOf(), true, "USDT");
  field("order_size").value = "soon";
  byId("limits-save").click();
  const said = "order_size must be a number above 0 and of at most 1000000000000";
  assert.equal(questions.splice(0)[0].refused({ message: said, fields: { order_size: said } }), true);
  assert.deepEqual([field("order_size").getAttribute("aria-invalid"), byId(field("order_size").getAttribute("aria-describedby").split(" ")[0]).textContent], ["true", said.replace("order_size", "Largest order")]);
  byId("limits-undo").click();
  assert.equal(field("order_size").hasAttribute("aria-invalid"), false);
});

test("what a new account has is offered, after the same question", () => {
  panel.show(limitsOf({ defaults: { ...NONE, open_orders: 50 } }), true, "USDT");
  byId("limits-default").click();
  assert.equal(questions.splice(0)[0].says[0], "Open orders: 20 → 50.");
});

test("whoever may not change them sees why, and what is used all the same", () => {
  panel.show(limitsOf({ changeable: false }), true, "USDT");
  assert.deepEqual([byId("limits-note").hidden, byId("limits-foot").hidden, field("open_orders").readOnly], [false, true, true]);
  assert.match(byId("limits-note").textContent, /staff of this installation sets your limits/);
  assert.equal(byId("limit-open_orders-used").textContent, "Now: 3 orders of 20 open");
  panel.show(limitsOf({ account: "acc_2", changeable: false }), false, "USDT");
  assert.match(byId("limits-note").textContent, /another user's account/);
});
