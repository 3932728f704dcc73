/** Numbers between a form's fields, which are texts, and the server, exact both ways. Pure. */

/** @param {string} text @returns {string} with the spaces and the commas left out by which people group digits */
export function numberGiven(text) {
  return text.trim().replace(/(?<=\d)[\s,](?=\d{3}(\D|$))/g, "");
}

/** @param {unknown} value a number of the server's in plain notation, which JavaScript would write `1e-7` */
export function text(value) {
  if (value === null || value === undefined) return "";
  const written = String(value);
  return /^-?[\d.]+e[-+]?\d+$/i.test(written) ? Number(value).toFixed(12).replace(/\.?0+$/, "") : written;
}
