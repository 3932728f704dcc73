/**
 * One value. Events: `change` (it), `rollback` {error, value} (a change was refused, or not answered), `error` (the
 * snapshot could not be loaded).
 *
 * @template Value
 */
export class SyncedValue<Value> {
    /**
     * @param {import("../state.js").StateConnection} connection
     * @param {import("../state.js").Definition<Value>} definition
     */
    constructor(connection: import("../state.js").StateConnection, definition: import("../state.js").Definition<Value>);
    /** @returns {Value | undefined} undefined until the first snapshot is there */
    get value(): Value | undefined;
    /** How many changes the server has not answered. */
    get pending(): number;
    on(name: string, handler: (value: any) => void): void;
    off(name: string, handler: (value: any) => void): void;
    /**
     * Load the snapshot anew, in place of one that is under way.
     *
     * @returns {Promise<void>} rejected, and told as `error`, where it fails
     */
    load(): Promise<void>;
    /**
     * Change the value at once, and let the server confirm it.
     *
     * @param {Value | ((value: Value) => Value)} change what it is to be, or how to make it, perhaps again on a newer one
     * @param {() => Promise<Value | void>} send what it answers replaces the value; undefined lets the change stand
     * @returns {Promise<void>} rejected with the refusal after the change was taken back (`rollback` tells the same)
     */
    update(change: Value | ((value: Value) => Value), send: () => Promise<Value | void>): Promise<void>;
    /** Forget the value, and let go of the connection, until the next use. */
    close(): void;
    #private;
}
