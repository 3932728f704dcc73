export { SyncedValue };
/** The values of one connection, by name. */
export class StateSync {
    /** @param {import("../state.js").StateConnection} connection */
    constructor(connection: import("../state.js").StateConnection);
    /**
     * @template Value
     * @param {string} name
     * @param {import("../state.js").Definition<Value>} definition
     * @returns {SyncedValue<Value>}
     * @throws {Error} where the name is taken
     */
    define<Value>(name: string, definition: import("../state.js").Definition<Value>): SyncedValue<Value>;
    /** @param {string} name */
    get(name: string): SyncedValue<any> | undefined;
    /** Close and forget every value. */
    close(): void;
    #private;
}
import { SyncedValue } from "./synced_value.js";
