/**
 * Quotes around the price: a buy order below it and a sell order above it, placed anew once it has moved.
 *
 * TIDEWIRE_TOKEN=… node quoting_bot.js ws://127.0.0.1:8000/ws BTCUSDT 0.001
 */
import { TidewireClient } from "@tidewire/client";
import { Trading } from "@tidewire/client/trading";
import { WebSocket } from "ws";

const SPREAD = 0.001; // how far from the price each quote is, as a part of it
const [url, symbol, quantity] = process.argv.slice(2);
const client = new TidewireClient(url, { WebSocket, dialect: "zigquant-v2", token: process.env.TIDEWIRE_TOKEN });
const trading = new Trading(client);
await client.connect();
const { items } = await client.command("market.symbols", { query: symbol });
const { tickSize } = items.find((item) => item.symbol === symbol);
let quoted = 0;
let quoting = Promise.resolve();

async function quote(price) {
  await trading.cancelAllAfter(60); // a bot that dies leaves no orders behind
  if (Math.abs(price - quoted) <= (quoted * SPREAD) / 2) return;
  quoted = price;
  await trading.cancelOrders({ symbol });
  for (const [side, away] of [["buy", -SPREAD], ["sell", SPREAD]]) {
    const ticks = Math.round((price * (1 + away)) / tickSize);
    const order = { symbol, side, type: "limit_maker", quantity, price: (ticks * tickSize).toFixed(8) };
    await trading.placeOrder(order).then(
      (placed) => console.log(placed.side, placed.quantity, "at", placed.price),
      (refused) => console.log(side, "was refused:", refused.message), // such as a sell order of what one hasn't bought yet
    );
  }
}

client.subscribe(`ticker:${symbol}`, { throttleMilliseconds: 1000 });
client.on(`ticker:${symbol}`, ({ data }) => {
  quoting = quoting.then(() => quote(data.price));
});
