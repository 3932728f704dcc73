export class ConnectionQuality {
    disconnections: number;
    /** A new connection: the round trips of the former say nothing of it. */
    opened(): void;
    /** @param {number} milliseconds */
    measured(milliseconds: number): void;
    missed(): void;
    /** @returns {Quality} milliseconds, to a tenth; null before the connection's first round trip */
    summary(): Quality;
    #private;
}
export type Quality = import("../protocol.js").Quality;
