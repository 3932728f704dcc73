/** Roles and names that unfold, SimpleBar and Select2 leave out (`shared/names_for_readers.js`). A classic script in the head. */
(() => {
  /** @type {[string, string, string][]} */
  const MISSING = [
    ["#main:not([role])", "role", "main"],
    ["#nav-sidebar-inner:not([aria-label])", "aria-label", "Administration"],
    [".simplebar-content-wrapper[role=region]", "role", "group"], // no part of the page by itself
    ["#dialog:not([role])", "role", "dialog"],
    ["#dialog:not([aria-label])", "aria-label", "Action"],
    ["ul.object-tools:not([role])", "role", "group"],
    [".help-tooltip[aria-label]:not([role])", "role", "img"],
    ["body > .select2-container:not([role])", "role", "dialog"], // the list of a field, which lies outside of the page's parts
    ["body > .select2-container:not([aria-label])", "aria-label", "Choices"],
    [".select2-search__field:not([aria-label])", "aria-label", "Search"],
  ];

  function nameChoices() {
    for (const shown of document.querySelectorAll(".select2-selection__rendered:not([aria-label])")) {
      shown.setAttribute("aria-label", labelOf(shown));
    }
    for (const field of document.querySelectorAll(".select2-selection[role=combobox]")) nameList(field);
  }

  /** @param {Element} field which says by an older name what list it has, as long as that is open */
  function nameList(field) {
    const list = field.getAttribute("aria-owns");
    if (list) field.setAttribute("aria-controls", list);
    else field.removeAttribute("aria-controls");
  }

  /** @param {Element} shown what Select2 draws in place of a field @returns {string} the text of the field's label */
  function labelOf(shown) {
    const field = shown.closest(".select2-container")?.previousElementSibling;
    const label = field instanceof HTMLSelectElement ? field.labels[0] : undefined;
    return label?.textContent?.trim() || "Choice";
  }

  document.addEventListener("DOMContentLoaded", () => window.nameForReaders(document.body, MISSING, nameChoices));
})();
