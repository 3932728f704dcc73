export class Session {
    /**
     * @param {URL} url
     * @param {Required<import("../protocol.js").ClientOptions>} options
     * @param {object} told
     * @param {(name: string, value: object) => void} told.event
     * @param {() => void} told.ready logged in; the event `connected` follows
     * @param {(frame: Frame) => void} told.frame
     * @param {(wasLost: boolean) => void} told.closed after `ready`
     * @param {(error: Error) => void} told.ended what waits for an answer will have none
     * @param {() => void} told.userChanged what one user asked for or missed is not the next one's
     */
    constructor(url: URL, options: Required<import("../protocol.js").ClientOptions>, told: {
        event: (name: string, value: object) => void;
        ready: () => void;
        frame: (frame: Frame) => void;
        closed: (wasLost: boolean) => void;
        ended: (error: Error) => void;
        userChanged: () => void;
    });
    /** @type {import("../protocol.js").ConnectionState} */
    state: import("../protocol.js").ConnectionState;
    /** @type {string | null} */
    userId: string | null;
    /** @type {number | null} ms since the epoch */
    connectedAt: number | null;
    framesReceived: number;
    framesSent: number;
    /** @returns {Promise<void>} */
    connect(): Promise<void>;
    disconnect(): void;
    /** @returns {Promise<void>} */
    reconnect(): Promise<void>;
    /** @param {import("../protocol.js").TokenSource} source @returns {Promise<void>} */
    setToken(source: import("../protocol.js").TokenSource): Promise<void>;
    /** @param {string} text */
    send(text: string): void;
    /** @param {string} reason why it counts as lost: the close event of a silent server may be minutes away */
    abandon(reason: string): void;
    #private;
}
export type Frame = import("../protocol.js").Frame;
