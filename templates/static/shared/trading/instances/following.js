/** The server's news of one's grids or strategies, of one's account and kill switch, over the socket. */
import { followUserChannels } from "../../channels/user_channels.js";

const ACCOUNT = "account:me";
const KILL_SWITCH = "system.kill_switch";

/**
 * @param {import("../../../client/client.js").TidewireClient} client
 * @param {"grid" | "strategy"} kind
 * @param {object} told
 * @param {(event: import("../../../../types/instances.js").InstanceEvent) => void} told.instance
 * @param {(account: import("../../../../types/instances.js").Account) => void} told.account
 * @param {() => void} told.killSwitch
 * @param {() => void} told.again once a connection is told of them, and no sooner: what came before was missed
 * @param {(channel: string, message: string) => void} told.refused by what isn't told here, and why
 */
export function followInstances(client, kind, { instance, account, killSwitch, again, refused }) {
  const own = `${kind}.*`;
  const channels = [own, ACCOUNT, KILL_SWITCH];
  client.on(own, instance);
  client.on(KILL_SWITCH, killSwitch);
  client.onMessage(/** @type {string} */ ("account"), (/** @type {any} */ { data }) => account(data));
  client.onMessage("subscribed", ({ channel }) => {
    if (channel !== own) return;
    refused(own, "");
    again();
  });
  client.on("error", ({ channel, message }) => channels.includes(channel ?? "") && refused(String(channel), message));
  client.on("resync", ({ channel }) => channel.startsWith(`${kind}.`) && again());
  followUserChannels(client, channels);
}
