/** The channels that are services, at which the reader may have an address, and what each asks for, as the server declares them. Pure. */

/**
 * @typedef {{name: string, label: string, example: string, isSecret: boolean}} AddressField what is secret is not told again
 * @typedef {{channel: string, name: string, fields: AddressField[]}} Service
 */

/** @param {string} label @param {string} example @returns {AddressField} */
const url = (label, example) => ({ name: "url", label, example, isSecret: true });

/** @type {Service[]} */
export const SERVICES = [
  {
    channel: "ntfy",
    name: "ntfy",
    fields: [url("Address", "https://ntfy.sh/my-topic"), { name: "token", label: "Token, where the address asks for one", example: "", isSecret: true }],
  },
  { channel: "slack", name: "Slack", fields: [url("Address of an incoming webhook", "https://hooks.slack.com/services/T…/B…/…")] },
  { channel: "discord", name: "Discord", fields: [url("Address of a webhook", "https://discord.com/api/webhooks/…/…")] },
  {
    channel: "telegram",
    name: "Telegram",
    fields: [
      { name: "token", label: "Token of your bot, from @BotFather", example: "123456:ABC-DEF…", isSecret: true },
      { name: "chat_id", label: "Chat, which has written to the bot before", example: "123456789 or @channel", isSecret: false },
      { name: "url", label: "Server, where it is one of your own", example: "https://api.telegram.org", isSecret: false },
    ],
  },
];

/** @param {string} channel @returns {boolean} */
export function isService(channel) {
  return SERVICES.some((service) => service.channel === channel);
}
