/** Market data as the page's connection has it: in the market dialect, which `/ws` speaks. */

/**
 * @typedef {object} MarketData by the type of its frames
 * @property {import("@tidewire/client/protocol").Price} price
 * @property {import("@tidewire/client/protocol").Ticker} ticker
 * @property {import("@tidewire/client/protocol").Kline} kline
 * @property {import("@tidewire/client/protocol").Trade} trade
 * @property {import("@tidewire/client/protocol").Depth} depth
 * @property {import("@tidewire/client/protocol").Overview} overview
 */

/**
 * @template {keyof MarketData} Type
 * @param {import("../../client/client.js").TidewireClient} client whose frames `readFrame` has looked at
 * @param {Type} type
 * @param {(data: MarketData[Type], channel: string) => void} handler
 */
export function onMarketData(client, type, handler) {
  client.onMessage(/** @type {string} */ (type), ({ data, channel = "" }) => handler(data, channel));
}
