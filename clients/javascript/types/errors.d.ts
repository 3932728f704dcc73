/**
 * What can go wrong, as types: `code` is for programs, `message` for people.
 *
 *     TidewireError
 *     ├── ConnectionClosedError       the connection ended for good; `code` is the close code
 *     │   └── AttemptsExhaustedError  … after the last attempt that was allowed
 *     ├── AuthenticationError         the server refused the token
 *     ├── CommandRefusedError         the server answered a command with an error; `fields` names wrong parameters
 *     ├── CommandTimeoutError         it did not answer in time, or the command waited too long (`TIMEOUT`)
 *     ├── QueueFullError              too many commands wait for a connection (`QUEUE_FULL`)
 *     ├── MessageTooLargeError        the server takes no frame of that size; `limit` is in bytes (`too_large`)
 *     └── UnreadableFrameError        a frame came that is none (`unreadable_frame`)
 */
export class TidewireError extends Error {
    /**
     * @param {string | number} code
     * @param {string} message
     */
    constructor(code: string | number, message: string);
    code: string | number;
}
export class ConnectionClosedError extends TidewireError {
    /**
     * @param {number} code the close code
     * @param {string} reason
     */
    constructor(code: number, reason: string);
    reason: string;
}
export class AttemptsExhaustedError extends ConnectionClosedError {
}
export class AuthenticationError extends TidewireError {
}
export class CommandRefusedError extends TidewireError {
    /** @param {{code?: string, message?: string, fields?: Record<string, string>} | null} [error] the response's */
    constructor(error?: {
        code?: string;
        message?: string;
        fields?: Record<string, string>;
    } | null);
    fields: Record<string, string>;
}
export class CommandTimeoutError extends TidewireError {
    /**
     * @param {string} action
     * @param {number} timeout ms
     */
    constructor(action: string, timeout: number);
}
export class QueueFullError extends TidewireError {
    /** @param {number} limit */
    constructor(limit: number);
}
export class MessageTooLargeError extends TidewireError {
    /**
     * @param {number} size bytes
     * @param {number} limit bytes
     */
    constructor(size: number, limit: number);
    limit: number;
}
export class UnreadableFrameError extends TidewireError {
    /** @param {string} message */
    constructor(message: string);
}
