/**
 * Whether a wildcard stands for a channel. Segments end at `.` and `:`; a last `*` is everything below, an inner one
 * exactly one segment.
 *
 * @param {string} pattern such as `price:*`, `grid.*.status`, `*`
 * @param {string} channel
 */
export function matches(pattern: string, channel: string): boolean;
/**
 * Let an error of the program's own function surface as uncaught, as with EventTarget, after what is under way.
 *
 * @param {unknown} error
 */
export function surface(error: unknown): void;
/** Named events with handlers, called in the order in which they were added; those of wildcards after the others. */
export class Emitter {
    /**
     * @param {string} name
     * @param {(value: any) => void} handler adding the same one twice adds it once
     */
    on(name: string, handler: (value: any) => void): void;
    /**
     * @param {string} name
     * @param {(value: any) => void} handler one that was never added is no error
     */
    off(name: string, handler: (value: any) => void): void;
    /**
     * @param {string} name
     * @param {unknown} value
     */
    emit(name: string, value: unknown): void;
    /**
     * Call the handlers of wildcards too.
     *
     * @param {string} name
     * @param {unknown} value
     */
    emitMatching(name: string, value: unknown): void;
    #private;
}
