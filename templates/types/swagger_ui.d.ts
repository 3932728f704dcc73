/** As much as the page of the API's documentation uses of Swagger UI, which it loads before. */
interface Window {
  SwaggerUIBundle: {
    (options: { url?: string; domNode: Element | null; deepLinking: boolean; presets: unknown[] }): unknown;
    presets: { apis: unknown };
  };
}
