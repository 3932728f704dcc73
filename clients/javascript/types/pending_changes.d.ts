/**
 * What the program's own function makes; its error surfaces as uncaught, and changes nothing else.
 *
 * @template Value
 * @param {() => Value} make
 * @param {Value} otherwise
 */
export function attempt<Value>(make: () => Value, otherwise: Value): Value;
/** @typedef {import("../state.js").Pending<any>} Pending */
/** Those of one value, oldest first. */
export class PendingChanges {
    get count(): number;
    /**
     * Make a change; raise what it raises.
     *
     * @param {(value: any) => any} change
     * @param {any} value on which it is made
     */
    add(change: (value: any) => any, value: any): {
        change: (value: any) => any;
        base: any;
        local: any;
    };
    /** @param {Pending} pending */
    has(pending: Pending): boolean;
    /** @param {Pending} pending that was answered, or taken back */
    remove(pending: Pending): void;
    clear(): void;
    /**
     * @param {Pending} pending that the server let stand
     * @param {any} base the server's value
     * @returns {any} the server's value now
     */
    kept({ change, base: before, local }: Pending, base: any): any;
    /**
     * @param {any} base the server's value
     * @param {import("../state.js").Definition<any>["resolve"]} [resolve]
     * @returns {any} it, with the changes on top, in their order
     */
    on(base: any, resolve?: import("../state.js").Definition<any>["resolve"]): any;
    #private;
}
export type Pending = import("../state.js").Pending<any>;
