/** @param {() => void} show is called once, however often it is asked for before the next frame */
export function inNextFrame(show: () => void): void;
/** @param {() => void} show */
export function notInNextFrame(show: () => void): void;
