/** The channels that are one's own: asked for once somebody is logged in, and given up when nobody is any more. */
import { ChannelSet } from "./channel_set.js";

/** @param {import("../../client/client.js").TidewireClient} client @param {string[]} names */
export function followUserChannels(client, names) {
  const channels = new ChannelSet(client);
  const renew = () => {
    channels.replace(client.userId ? names : []);
    if (client.userId) client.subscribe(names); // again, where one was refused before the login
  };
  for (const event of ["connected", "authenticated"]) client.on(event, renew);
}
