/** The keys that act on drawings wherever the focus is on the page, but in fields, menus and dialogs. */
import { targetOf } from "../../../shared/elements.js";

/** @param {{undo: () => unknown, remove: () => unknown, leave: () => unknown}} actions each returns `false` where there was nothing to do */
export function watchDrawingKeys({ undo, remove, leave }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || targetOf(event).closest("input, select, textarea, dialog, details")) return;
    const act = isUndo(event) ? undo : { Delete: remove, Escape: leave }[event.key];
    if (act && act() !== false) event.preventDefault();
  });
}

/** @param {KeyboardEvent} event */
function isUndo({ key, ctrlKey, metaKey, shiftKey }) {
  return key === "z" && (ctrlKey || metaKey) && !shiftKey;
}
