/** The events of `on`, and what they carry, are `ConnectionEvents` in protocol.d.ts. */
export class TidewireClient {
    /**
     * @param {string | URL} url `ws://host/ws` or `wss://host/ws`; anything that is no URL raises TypeError
     * @param {import("../protocol.js").ClientOptions} [options]
     */
    constructor(url: string | URL, options?: import("../protocol.js").ClientOptions);
    get state(): import("../protocol.js").ConnectionState;
    /** The channels that are subscribed, or will be once there is a connection. */
    get channels(): string[];
    /** Who is logged in, as far as the server told; null for nobody. */
    get userId(): string | null;
    get quality(): import("../protocol.js").Quality;
    /** @returns {import("../protocol.js").Statistics} */
    get statistics(): import("../protocol.js").Statistics;
    /**
     * Connect, and stay connected until `disconnect`. Safe to call twice.
     *
     * @returns {Promise<void>} settles when logged in and subscribed; rejected with ConnectionClosedError or
     *   AuthenticationError when it is given up before (it may be left unobserved: the events tell the same)
     */
    connect(): Promise<void>;
    /** Close the connection and stop trying; subscriptions are kept for the next `connect`. Safe to call twice. */
    disconnect(): void;
    /** Leave the present connection or the wait for the next, and connect at once; settles as `connect`. */
    reconnect(): Promise<void>;
    /**
     * Log in with another token: on the live connection where the server can, else on a new one. Null signs out.
     *
     * @param {import("../protocol.js").TokenSource} source
     * @returns {Promise<void>} rejected with AuthenticationError where it is refused: then the former login stands
     */
    setToken(source: import("../protocol.js").TokenSource): Promise<void>;
    /**
     * @template {string} Name
     * @param {Name} name a connection event, a channel, or a wildcard over channels (`price:*`, `grid.*.status`, `*`)
     * @param {(value: import("../protocol.js").EventOf<Name>) => void} handler
     */
    on<Name extends string>(name: Name, handler: (value: import("../protocol.js").EventOf<Name>) => void): void;
    /**
     * @template {string} Name
     * @param {Name} name
     * @param {(value: import("../protocol.js").EventOf<Name>) => void} handler
     */
    off<Name extends string>(name: Name, handler: (value: import("../protocol.js").EventOf<Name>) => void): void;
    /**
     * @template {string} Type
     * @param {Type} type a frame's `type`: `price`, `subscribed`, `resync`, `error` …; `*` for every frame
     * @param {(frame: import("../protocol.js").FrameOf<Type>) => void} handler
     */
    onMessage<Type extends string>(type: Type, handler: (frame: import("../protocol.js").FrameOf<Type>) => void): void;
    /**
     * @template {string} Type
     * @param {Type} type
     * @param {(frame: import("../protocol.js").FrameOf<Type>) => void} handler
     */
    offMessage<Type extends string>(type: Type, handler: (frame: import("../protocol.js").FrameOf<Type>) => void): void;
    /**
     * Subscribe now and after each reconnect. A refused channel is forgotten, and the refusal told as `error`; only
     * `unavailable` (no symbols are known yet, or no app makes the channel) is asked for again, ever more seldom.
     *
     * Where the server numbers what it tells, each event comes once and in order, also those of a while without a
     * connection; what can't be told any more is told as `resync`, with a `reason`.
     *
     * @param {string | string[]} channels those that are subscribed already keep their options
     * @param {SubscriptionOptions} [options]
     * @throws {import("./errors.js").MessageTooLargeError} for a name that is over the server's limit of a frame
     */
    subscribe(channels: string | string[], options?: SubscriptionOptions): void;
    /** @param {string | string[]} channels */
    unsubscribe(channels: string | string[]): void;
    /**
     * Whether the present connection told all that was missed on channels before it, once it has: then nothing needs to
     * be loaded anew. False as soon as that is known not to be so: of one the history has ended or is kept no longer, the
     * server keeps none, or this is the first connection.
     *
     * @param {string | string[]} channels
     * @returns {Promise<boolean>}
     */
    resumed(channels: string | string[]): Promise<boolean>;
    /** Ask for every channel again; a reconnect does so by itself. */
    resubscribe(): void;
    /**
     * Have the server do or answer something. Without a connection it waits for one, in a bounded queue.
     *
     * @param {string} action such as `market.history`
     * @param {object} [params]
     * @param {{timeout?: number, id?: string, signal?: AbortSignal}} [options] ms; the time in the queue counts. `id`: of
     *   one's own; the server carries out one that changes something once for it, within 24 hours, also after a restart of
     *   the program. `signal` withdraws it, with its reason: it isn't sent (again) any more; what was sent may be done
     * @returns {Promise<any>} the answer's data; rejected with CommandRefusedError, CommandTimeoutError, QueueFullError,
     *   MessageTooLargeError (over 64 KiB), TypeError (an id that is under way here), or ConnectionClosedError when the
     *   connection is given up
     */
    command(action: string, params?: object, { timeout, id, signal }?: {
        timeout?: number;
        id?: string;
        signal?: AbortSignal;
    }): Promise<any>;
    #private;
}
export type Frame = import("../protocol.js").Frame;
export type SubscriptionOptions = import("../protocol.js").SubscriptionOptions;
