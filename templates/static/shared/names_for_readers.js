/**
 * Roles and names that a library leaves out, for those who hear the page rather than see it: given to what it has drawn,
 * and to what it draws later, such as a dialog's fields, as it comes. A classic script, for pages that load no modules.
 *
 * @param {HTMLElement} whole in which the library draws
 * @param {[string, string, string][]} missing what each needs: a selector of those without it, an attribute, and its value
 * @param {() => void} nameOthers gives those their names of which each has another
 */
window.nameForReaders = (whole, missing, nameOthers) => {
  function name() {
    for (const [selector, attribute, value] of missing) {
      for (const node of whole.querySelectorAll(selector)) node.setAttribute(attribute, value);
    }
    nameOthers();
  }

  name();
  new MutationObserver(name).observe(whole, { childList: true, subtree: true });
};
