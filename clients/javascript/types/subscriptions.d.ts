/**
 * A frame as several, so that none is over the size at which the server closes the connection.
 *
 * @template {{channels: string[]}} Subscribing
 * @param {Subscribing} frame
 * @param {(channels: string[]) => object} [fields] what a part says besides, of its channels
 * @returns {Subscribing[]}
 */
export function inParts<Subscribing extends {
    channels: string[];
}>(frame: Subscribing, fields?: (channels: string[]) => object): Subscribing[];
export class Subscriptions {
    get channels(): string[];
    /** @param {string} channel */
    has(channel: string): boolean;
    /** @param {string} channel @returns {string[]} what is wanted by which it is heard: itself, and, of a dotted name, the patterns over it */
    thatHear(channel: string): string[];
    /**
     * @param {string[]} channels
     * @param {SubscriptionOptions} options
     * @returns {string[]} those that were not wanted before
     * @throws {import("./errors.js").MessageTooLargeError} for a channel that no frame can name: none is added then
     */
    add(channels: string[], options: SubscriptionOptions): string[];
    /**
     * @param {string[]} channels
     * @returns {string[]} those that were wanted
     */
    remove(channels: string[]): string[];
    /**
     * The fewest `subscribe` frames for the given channels: one for each different set of options, and hundred channels.
     *
     * @param {string[]} channels
     * @param {(channels: string[]) => object} [resuming] what is said of the history of the channels in one frame
     * @returns {object[]}
     */
    frames(channels: string[], resuming?: (channels: string[]) => object): object[];
    #private;
}
/**
 * The channels that the program wants, whether or not there is a connection, and the frames that ask for them.
 */
export type SubscriptionOptions = import("../protocol.js").SubscriptionOptions;
