/** Rows of a rule's further conditions, added and removed; what each holds and asks is its own. A classic script in the head. */
(() => {
  const ROWS = "[data-condition]";

  /** @param {Element} list @returns {Element[]} */
  const rowsOf = (list) => [...list.querySelectorAll(ROWS)];

  /** @param {Element} list to which a copy is added of the row that is shown where no scripts run, by names that no other row has */
  function add(list) {
    const spare = /** @type {HTMLElement} */ (list.querySelector(":scope > noscript"));
    const { prefix = "" } = spare.dataset;
    const taken = new Set(rowsOf(list).map((row) => row.getAttribute("data-condition")));
    let number = 0;
    while (taken.has(`conditions-${number}-`)) number += 1;
    spare.insertAdjacentHTML("beforebegin", (spare.textContent ?? "").replaceAll(prefix, `conditions-${number}-`));
    spare.previousElementSibling?.querySelector("select")?.focus();
    count(list);
  }

  /** @param {Element} list @param {Element | null} row */
  function remove(list, row) {
    row?.remove();
    count(list); // by which another may be added again
    /** @type {HTMLElement | null} */ (list.querySelector("[data-add]"))?.focus();
  }

  /** @param {Element} list whose rows are counted anew, and which may have so many and no more */
  function count(list) {
    const { most, first } = /** @type {HTMLElement} */ (list).dataset;
    const rows = rowsOf(list);
    rows.forEach((row, index) => {
      for (const shown of row.querySelectorAll("[data-number]")) shown.textContent = String(index + Number(first));
    });
    for (const button of list.querySelectorAll("[data-add]")) button.toggleAttribute("hidden", rows.length >= Number(most));
  }

  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-add], [data-remove]") : null;
    const list = button?.closest("[data-conditions]");
    if (!button || !list) return;
    if (button.matches("[data-add]")) add(list);
    else remove(list, button.closest(ROWS));
    list.querySelector("input")?.dispatchEvent(new Event("input", { bubbles: true })); // the page asks before it is left
  });

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-conditions]").forEach(count));
})();
