/** What React needs of a browser, by happy-dom, and the WebSocket that browsers have and Node 20 lacks. */
import { Window } from "happy-dom";
import { WebSocket } from "ws";

const window = new Window({ url: "http://127.0.0.1/" });
const FRAME_MILLISECONDS = 1000 / 60;

const given = {
  window,
  document: window.document,
  navigator: window.navigator,
  HTMLElement: window.HTMLElement,
  WebSocket,
  requestAnimationFrame: (callback) => setTimeout(() => callback(performance.now()), FRAME_MILLISECONDS),
};
// Newer versions of Node have some of these as getters, which can't be assigned to.
for (const [name, value] of Object.entries(given)) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}
