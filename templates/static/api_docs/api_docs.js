// Shows the OpenAPI document, with a form for each address to try it.

const place = /** @type {HTMLElement} */ (document.getElementById("rest"));

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  presets: [window.SwaggerUIBundle.presets.apis],
});
