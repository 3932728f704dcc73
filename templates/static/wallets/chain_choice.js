/** The choice of one of the chains that are followed. */
import { element } from "../shared/painting.js";

/** @param {HTMLSelectElement} select @param {string[]} chains what was chosen stays so where it is still there */
export function offerChains(select, chains) {
  if (chains.join() === [...select.options].map(({ value }) => value).join()) return;
  const { value } = select;
  select.replaceChildren(...chains.map((chain) => element("option", { value: chain }, chain)));
  if (chains.includes(value)) select.value = value;
}
