/**
 * @param {import("../../state.js").StateConnection} connection
 * @param {readonly string[]} [channels]
 * @returns {Promise<boolean>} false where something is missing, or it takes too long
 */
export function toldAllMissed(connection: import("../../state.js").StateConnection, channels?: readonly string[]): Promise<boolean>;
