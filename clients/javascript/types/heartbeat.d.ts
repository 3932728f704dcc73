export class Heartbeat {
    /**
     * @param {{pingInterval: number, pingTimeout: number, now: () => number}} timing milliseconds
     * @param {{ping: () => void, latency: (milliseconds: number) => void, missed: (inARow: number) => void,
     *   dead: () => void}} actions
     */
    constructor(timing: {
        pingInterval: number;
        pingTimeout: number;
        now: () => number;
    }, actions: {
        ping: () => void;
        latency: (milliseconds: number) => void;
        missed: (inARow: number) => void;
        dead: () => void;
    });
    /** Ask now, and from now on. */
    start(): void;
    /** Take the server's answer, which may be a late one; one that nobody waits for is no error. */
    pong(): void;
    stop(): void;
    #private;
}
