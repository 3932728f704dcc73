/** The sound of an alert that has fired: two short notes, made here. */

const NOTES_HERTZ = [880, 1_174.66];
const NOTE_SECONDS = 0.16;
const RISE_SECONDS = 0.01;
const VOLUME = 0.2;
const SILENCE = 0.001;

/** @param {AudioContext} context */
export function playAlertSound(context) {
  for (const [index, frequency] of NOTES_HERTZ.entries()) playNote(context, frequency, context.currentTime + index * NOTE_SECONDS);
}

/** @param {AudioContext} context @param {number} frequency in hertz @param {number} start in the context's seconds */
function playNote(context, frequency, start) {
  const note = new OscillatorNode(context, { frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.linearRampToValueAtTime(VOLUME, start + RISE_SECONDS);
  volume.gain.exponentialRampToValueAtTime(SILENCE, start + NOTE_SECONDS);
  note.connect(volume).connect(context.destination);
  note.start(start);
  note.stop(start + NOTE_SECONDS);
}
