/** Renders React components as a page does, in StrictMode, and tells what they show. */
import "../browser_globals.js";
import { StrictMode, createElement } from "react";
import { createRoot } from "react-dom/client";

/**
 * @template Value
 * @param {() => Value} use calls hooks; what it returns is kept
 * @param {(children: import("react").ReactNode) => import("react").ReactNode} [around]
 */
export function renderHook(use, around = (children) => children) {
  const shown = { current: /** @type {Value | undefined} */ (undefined), renderings: 0, use };
  function Component() {
    const value = shown.use();
    shown.current = value;
    shown.renderings += 1;
    return null;
  }
  const root = createRoot(document.createElement("div"));
  const render = () => root.render(createElement(StrictMode, null, around(createElement(Component))));
  render();
  return { shown, render, unmount: () => root.unmount() };
}
