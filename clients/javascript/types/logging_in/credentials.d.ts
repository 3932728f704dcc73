/**
 * The address of the handshake: only the trading dialect logs in by it.
 *
 * @param {URL} url
 * @param {string | null} token
 * @param {Required<import("../../protocol.js").ClientOptions>} options
 */
export function addressFor(url: URL, token: string | null, { dialect, tokenIn, fetch }: Required<import("../../protocol.js").ClientOptions>): URL | Promise<URL>;
/**
 * @param {string | null} token
 * @returns {string | null} whose it is; null where it doesn't tell
 */
export function userOf(token: string | null): string | null;
export class Credentials {
    /** @param {TokenSource} source */
    constructor(source: TokenSource);
    /** Whether there is a function to ask for another token. */
    get areRenewable(): boolean;
    /** How long until the token is to be renewed, ms. */
    get renewIn(): number;
    /** @returns {Promise<string | null>} the token, asked for where the last one is old; null: nobody is logged in */
    token(): Promise<string | null>;
    /** @param {number} milliseconds the token's remaining life, as far as the server's word is known */
    lasts(milliseconds: number): void;
    /** Ask for a fresh token the next time: this one was refused, or is to be renewed. */
    forget(): void;
    #private;
}
export type TokenSource = import("../../protocol.js").TokenSource;
