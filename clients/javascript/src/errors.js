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
  constructor(code, message) {
    super(message);
    this.name = new.target.name;
    this.code = code;
  }
}

export class ConnectionClosedError extends TidewireError {
  /**
   * @param {number} code the close code
   * @param {string} reason
   */
  constructor(code, reason) {
    super(code, `The connection was closed (${code}${reason && `, ${reason}`})`);
    this.reason = reason;
  }
}

export class AttemptsExhaustedError extends ConnectionClosedError {}

export class AuthenticationError extends TidewireError {}

export class CommandRefusedError extends TidewireError {
  /** @param {{code?: string, message?: string, fields?: Record<string, string>} | null} [error] the response's */
  constructor(error) {
    super(error?.code ?? "INTERNAL_ERROR", error?.message ?? "The server gave no reason");
    this.fields = error?.fields ?? {};
  }
}

export class CommandTimeoutError extends TidewireError {
  /**
   * @param {string} action
   * @param {number} timeout ms
   */
  constructor(action, timeout) {
    super("TIMEOUT", `${action} was not answered within ${timeout} ms`);
  }
}

export class QueueFullError extends TidewireError {
  /** @param {number} limit */
  constructor(limit) {
    super("QUEUE_FULL", `${limit} commands wait for a connection already`);
  }
}

export class MessageTooLargeError extends TidewireError {
  /**
   * @param {number} size bytes
   * @param {number} limit bytes
   */
  constructor(size, limit) {
    super("too_large", `A frame of ${size} bytes is over the limit of ${limit}`);
    this.limit = limit;
  }
}

export class UnreadableFrameError extends TidewireError {
  /** @param {string} message */
  constructor(message) {
    super("unreadable_frame", message);
  }
}
