/**
 * The type of the events on a channel, by what stands before its first colon.
 *
 * Made by `make format` from the server's declarations; `make check` fails where it is out of date.
 */
export const CHANNEL_TYPES: Map<string, string>;
/** Channels, by what stands before their first colon, on which events are told of which every one counts. */
export const SEQUENCE_CHANNELS: Set<string>;
