/** The server's news of one's backtests, over the socket: how far each is, and that one began or ended. */
import { followUserChannels } from "../channels/user_channels.js";

const CHANNELS = "backtest.*";

/**
 * @param {import("../../client/client.js").TidewireClient} client
 * @param {object} told
 * @param {(event: import("../../../types/backtests.js").Progress) => void} told.progress
 * @param {(event: {id: string, state: string}) => void} told.lifecycle
 * @param {() => void} told.again once a connection is told of them, and no sooner: what came before was missed
 */
export function followBacktests(client, { progress, lifecycle, again }) {
  client.on(CHANNELS, ({ channel, data }) => {
    if (channel.endsWith(".progress")) progress(data);
    else if (channel.endsWith(".lifecycle")) lifecycle(data);
  });
  client.on("resync", ({ channel }) => channel.startsWith("backtest.") && again());
  client.onMessage("subscribed", ({ channel }) => channel === CHANNELS && again());
  followUserChannels(client, [CHANNELS]);
}
