/** Imports modules by the address below `/static/` at which a browser finds them, and theirs in turn. */
import { register } from "node:module";

register("./served_resolution.js", import.meta.url);

/** @param {string} address such as `operations/words.js` */
export function served(address) {
  return import(`served:${address}`);
}
