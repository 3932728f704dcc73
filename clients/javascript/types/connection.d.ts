export class Connection {
    /**
     * @param {URL} address
     * @param {Required<import("../protocol.js").ClientOptions>} options
     * @param {{opened: () => void, received: () => void, frame: (frame: import("../protocol.js").Frame) => void,
     *   unreadable: (error: unknown) => void, failed: (event: {message?: string}) => void,
     *   closed: (code: number, reason: string) => void}} told
     */
    constructor(address: URL, options: Required<import("../protocol.js").ClientOptions>, told: {
        opened: () => void;
        received: () => void;
        frame: (frame: import("../protocol.js").Frame) => void;
        unreadable: (error: unknown) => void;
        failed: (event: {
            message?: string;
        }) => void;
        closed: (code: number, reason: string) => void;
    });
    /** @param {string} text */
    send(text: string): void;
    leave(): void;
    #private;
}
