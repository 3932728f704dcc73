/** The connection ended for good before the server had welcomed this client. */
export class ConnectionClosedError extends Error {
  /**
   * @param {number} code the close code
   * @param {string} reason
   */
  constructor(code, reason) {
    super(`The connection was closed (${code}${reason && `, ${reason}`})`);
    this.name = "ConnectionClosedError";
    this.code = code;
    this.reason = reason;
  }
}
