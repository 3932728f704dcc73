/** How far apart what is pressed stands: for fingers as touch_targets.css says, on the same screens. */
const FINGER_PIXELS = 44;
const FINGERS = "(max-width: 719px), (pointer: coarse)";
/** @type {MediaQueryList | undefined} asked for at first use, and kept: a chart asks with each frame */
let fingers;

/** @param {number} pixels enough for a mouse @returns {number} from the middle of one target to that of the next, px, as the screen is now */
export function targetStep(pixels) {
  fingers ??= matchMedia(FINGERS);
  return fingers.matches ? Math.max(pixels, FINGER_PIXELS) : pixels;
}
