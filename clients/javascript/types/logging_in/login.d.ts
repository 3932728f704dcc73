export class Login {
    /**
     * @param {{token: import("../../protocol.js").TokenSource, connectTimeout: number}} options
     * @param {(frame: object) => void} send
     * @param {{authenticated: (data: any) => void, failed: (error: any) => void}} told each accepted frame, and each
     *   renewal that failed
     */
    constructor({ token, connectTimeout }: {
        token: import("../../protocol.js").TokenSource;
        connectTimeout: number;
    }, send: (frame: object) => void, told: {
        authenticated: (data: any) => void;
        failed: (error: any) => void;
    });
    credentials: Credentials;
    /**
     * Note whose the next connection is.
     *
     * @param {string | null} token
     * @returns {boolean} whether that is somebody else than before: no command of the one may go out as the other's
     */
    becomes(token: string | null): boolean;
    /** The connection is given up, and with it everything that was asked for in somebody's name. */
    forgetUser(): void;
    /**
     * Log in on a connection that is there.
     *
     * @param {() => boolean} isOpen whether it still is
     * @param {boolean} isLoggedIn
     * @returns {Promise<boolean>} false where it takes a new connection: for another user, or for nobody; rejected as
     *   `authenticate`, and with TidewireError when it takes too long
     */
    logInLive(isOpen: () => boolean, isLoggedIn: boolean): Promise<boolean>;
    /**
     * @param {string} token
     * @returns {Promise<{user_id: string, expires_at: string | number}>} rejected with AuthenticationError when it is
     *   refused, with ConnectionClosedError when the connection is lost before
     */
    authenticate(token: string): Promise<{
        user_id: string;
        expires_at: string | number;
    }>;
    /** @param {import("../../protocol.js").Frame} frame `auth_result`: they come in the order of the `auth` frames */
    answered({ success, data, error, timestamp }: import("../../protocol.js").Frame): void;
    /** Renew from now on, as often as is needed. */
    renewLater(delay?: number): void;
    /** The connection is gone: nothing is answered, and nothing renewed. */
    closed(): void;
    #private;
}
import { Credentials } from "./credentials.js";
