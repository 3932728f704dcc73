/** A program's own connection, which is all that state sync needs: a state, and events, here made by hand. */
import { Emitter } from "../src/emitter.js";

export class OwnConnection extends Emitter {
  state = "connected";

  /** Be lost, and be there again. */
  comeBack() {
    this.state = "connected";
    this.emit("connected", {});
  }
}

/** An answer that the test gives when it likes. */
export function answer() {
  const given = {};
  given.promise = new Promise((resolve, reject) => Object.assign(given, { resolve, reject }));
  return given;
}

/** An error with a code, as the client's are. */
export function refusal(code) {
  return Object.assign(new Error(`Refused: ${code}`), { code });
}
