import assert from "node:assert/strict";
import { test } from "node:test";
import { DeepBook, isDeep } from "../../../../templates/static/dashboard/book/deep_book.js";

/** A connection that notes what is asked of it. */
class Connection {
  said = [];
  #handlers = new Map();

  subscribe(channels, options) {
    this.said.push(["subscribe", ...channels, options.throttleMilliseconds]);
  }

  unsubscribe(channels) {
    this.said.push(["unsubscribe", ...channels]);
  }

  on(event, handler) {
    this.#handlers.set(event, handler);
  }

  refuse(channel, code) {
    this.#handlers.get("error")({ channel, code });
  }
}

/** A deep book of BTCUSDT that is wanted, its connection, and how often it was left. */
function following() {
  const left = [];
  const connection = new Connection();
  const book = new DeepBook(connection, () => left.push(1));
  book.show("BTCUSDT");
  book.want(true);
  return { book, connection, left };
}

test("it is read while it is wanted, throttled, of the market that is shown", () => {
  const { book, connection, left } = following();
  book.want(true);
  book.show("ETHUSDT");
  book.want(false);
  book.show("SOLUSDT");
  assert.deepEqual(connection.said, [
    ["subscribe", "depth:BTCUSDT:100", 250],
    ["unsubscribe", "depth:BTCUSDT:100"],
    ["subscribe", "depth:ETHUSDT:100", 250],
    ["unsubscribe", "depth:ETHUSDT:100"],
  ]);
  assert.equal(left.length, 2);
});

test("of an exchange that has none it is asked for once, and of no market after that", () => {
  const { book, connection } = following();
  connection.refuse("depth:BTCUSDT:100", "unavailable");
  connection.refuse("price:BTCUSDT", "unknown_channel");
  assert.equal(connection.said.length, 1);
  connection.refuse("depth:BTCUSDT:100", "unknown_channel");
  book.show("ETHUSDT");
  assert.deepEqual(connection.said.slice(1), [["unsubscribe", "depth:BTCUSDT:100"]]);
});

test("its channel is told from that of the ten levels", () => {
  assert.deepEqual(["depth:BTCUSDT:100", "depth:BTCUSDT", "price:A:100", "depth:"].map(isDeep), [true, false, false, false]);
});
