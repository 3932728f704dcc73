import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { addPart } from "../page_in_node.js";
import { settled } from "../settled.js";
import { preview } from "./fixtures.js";

addPart("../../grids/includes/new.html");
const { GridForm } = await import("../../../templates/static/grids/form/grid_form.js");

const BTC = /** @type {any} */ ({ symbol: "BTCUSDT", base: "BTC", quote: "USDT", tickSize: 0.01 });
const byId = (id) => document.getElementById(id);
const bounds = () => [byId("grid-lower-price").value, byId("grid-upper-price").value];
const press = async (percent) => {
  document.querySelector(`#grid-ranges [data-percent="${percent}"]`).click();
  await settled();
};

/** Of the market that the chart shows. @type {number | undefined} */
let price;
let isTurned = false;
/** What the server refuses a preview by. @type {Error | null} */
let refusal = null;
const requests = /** @type {any} */ ({
  preview: async () => {
    if (refusal) throw refusal;
    return preview();
  },
});
const form = new GridForm(requests, {
  ...{ pair: () => undefined, account: () => undefined, preview: () => undefined, submit: () => undefined },
  typed: () => (isTurned = true),
  price: () => (isTurned ? price : undefined),
});
form.offerSymbols([BTC]);

beforeEach(() => {
  [price, isTurned, refusal] = [undefined, false, null];
  for (const id of ["grid-lower-price", "grid-upper-price"]) byId(id).value = "";
});

test("bounds around the price are of the form's market, to which the chart is turned first", async () => {
  price = 95_000;
  await press(1);
  assert.deepEqual([bounds(), byId("grid-problem").textContent], [["94050.00", "95950.00"], ""]);
});

test("where the price isn't known it says so until it is, also where the preview is asked for meanwhile", async () => {
  [byId("grid-lower-price").value, byId("grid-upper-price").value] = ["90000", "98000"];
  await press(5);
  assert.deepEqual([bounds(), byId("grid-problem").textContent], [["90000", "98000"], "The market's price isn't known yet: try again in a moment."]);
  price = 95_000;
  await press(5);
  assert.deepEqual([bounds(), byId("grid-problem").textContent], [["90250.00", "99750.00"], ""]);
});

test("it says what the server has said of the preview in its place", async () => {
  [byId("grid-lower-price").value, byId("grid-upper-price").value] = ["90000", "98000"];
  refusal = Object.assign(new Error("The server can't be reached"), { code: "unreachable" });
  await press(5);
  assert.equal(byId("grid-problem").textContent, "The server can't be reached.");
});
