// Shows the OpenAPI document, with a form for each address to try it, in the colours that the reader prefers.

const root = document.documentElement;

function applyTheme() {
  root.classList.toggle("dark-mode", root.dataset.theme === "dark"); // Swagger UI's own name for it
}

applyTheme();
document.addEventListener("themechange", applyTheme);

const place = /** @type {HTMLElement} */ (document.getElementById("rest"));

/** What Swagger UI leaves out (`shared/names_for_readers.js`). @type {[string, string, string][]} */
const MISSING = [
  [".information-container:not([role])", "role", "region"],
  [".information-container:not([aria-label])", "aria-label", "About"],
  ["h3:not([aria-level])", "aria-level", "2"], // below the page's h1
  ["h4:not([aria-level])", "aria-level", "3"],
  ["h5:not([aria-level])", "aria-level", "4"],
  [".modal-ux:not([role])", "role", "dialog"],
  [".modal-ux:not([aria-label])", "aria-label", "Authorizations"],
  [".close-modal:not([aria-label])", "aria-label", "Close"],
  [".modal-btn.authorize:not([aria-label=Authorize])", "aria-label", "Authorize"], // as it reads
];

function nameOthers() {
  for (const link of place.querySelectorAll("button a[href]")) link.removeAttribute("href"); // the button does the same
  for (const choice of place.querySelectorAll("[data-param-name] select:not([aria-label])")) {
    choice.setAttribute("aria-label", choice.closest("tr")?.dataset.paramName ?? "");
  }
}

window.nameForReaders(place, MISSING, nameOthers);

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  presets: [window.SwaggerUIBundle.presets.apis],
});
