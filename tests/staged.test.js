/** Every test that needs a gateway, on one stage: `*.staged.js`. The scenarios alone have stages of their own. */
import { readdirSync } from "node:fs";

const FOLDERS = ["../clients/javascript/tests/", "templates/"].map((path) => new URL(path, import.meta.url));

for (const folder of FOLDERS) {
  const names = readdirSync(folder, { encoding: "utf8", recursive: true }).filter((name) => name.endsWith(".staged.js"));
  for (const name of names.sort()) await import(new URL(name, folder).href);
}
