/** Resolves a module's imports as a browser would: between the folders that are served below `/static/`. */

const FOLDERS = {
  client: new URL("../../clients/javascript/src/", import.meta.url),
  dashboard: new URL("../../templates/dashboard/static/", import.meta.url),
  operations: new URL("../../templates/operations/static/", import.meta.url),
};

export function resolve(specifier, context, nextResolve) {
  const address = addressOf(specifier, context.parentURL);
  if (address === undefined) return nextResolve(specifier, context);
  const [, folder, path] = address.match(/^([^/]+)\/(.+)$/);
  return nextResolve(new URL(path, FOLDERS[folder]).href, context);
}

/** @returns {string | undefined} below `/static/`; undefined for what isn't served */
function addressOf(specifier, parent) {
  if (specifier.startsWith("served:")) return specifier.slice("served:".length);
  const [folder, root] = Object.entries(FOLDERS).find(([, { href }]) => parent?.startsWith(href)) ?? [];
  if (!folder || !specifier.startsWith(".")) return undefined;
  const from = new URL(`http://server/static/${folder}/${parent.slice(root.href.length)}`);
  return new URL(specifier, from).pathname.slice("/static/".length);
}
