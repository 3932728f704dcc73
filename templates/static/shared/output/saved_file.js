/** A file for the reader's own folder. */

/** @param {Blob} content @param {string} name which the browser offers */
export function saveFile(content, name) {
  const address = URL.createObjectURL(content);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
