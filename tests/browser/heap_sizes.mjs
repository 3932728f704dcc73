/** What a page's heap is made of, from a snapshot of V8 as the developer tools save it. Pure. */

/** V8's own kinds of what a page's programs have made. */
const VALUES = ["object", "array", "string", "concatenated string", "number", "bigint", "symbol", "regexp", "closure", "object shape"];
/** @type {Record<string, string>} */
const PART_OF_KIND = { ...Object.fromEntries(VALUES.map((kind) => [kind, "values"])), code: "code", hidden: "code", native: "browser" };

/** V8 names its own lists so, of which those are that belong to compiled code. */
const OF_ENGINE = "system / ";

/**
 * @param {{snapshot: {meta: {node_fields: string[], node_types: any[]}}, nodes: number[], strings: string[]}} saved
 * @returns {Record<string, number>} bytes of the page's `values`, of its compiled `code`, and of the `browser`'s objects for it
 */
export function sizesOf({ snapshot: { meta }, nodes, strings }) {
  const [kind, name, size] = ["type", "name", "self_size"].map((field) => meta.node_fields.indexOf(field));
  const sizes = { values: 0, code: 0, browser: 0 };
  for (let node = 0; node < nodes.length; node += meta.node_fields.length) {
    const part = PART_OF_KIND[meta.node_types[kind][nodes[node + kind]]];
    const isOfEngine = part === "browser" && strings[nodes[node + name]].startsWith(OF_ENGINE);
    if (part) sizes[isOfEngine ? "code" : part] += nodes[node + size];
  }
  return sizes;
}
