// Shows the OpenAPI document, with a form for each address to try it, in the colours that the reader prefers.

const root = document.documentElement;

function applyTheme() {
  root.classList.toggle("dark-mode", root.dataset.theme === "dark"); // Swagger UI's own name for it
}

applyTheme();
document.addEventListener("themechange", applyTheme);

const place = /** @type {HTMLElement} */ (document.getElementById("rest"));

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  presets: [window.SwaggerUIBundle.presets.apis],
});
