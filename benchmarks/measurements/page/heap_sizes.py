"""What a page's heap is made of, from a snapshot of V8 as the developer tools save it. Pure."""

from collections.abc import Mapping
from typing import Any

_VALUES = (
    "object",
    "array",
    "string",
    "concatenated string",
    "number",
    "bigint",
    "symbol",
    "regexp",
    "closure",
    "object shape",
)
"""V8's own kinds of what a page's programs have made."""
_PART_OF_KIND = {**dict.fromkeys(_VALUES, "values"), "code": "code", "hidden": "code", "native": "browser"}
_OF_ENGINE = "system / "
"""V8 names its own lists so, of which those are that belong to compiled code."""


def heap_sizes(snapshot: Mapping[str, Any]) -> dict[str, float]:
    """Return the bytes of the page's `values`, of its compiled `code`, and of the `browser`'s objects for it."""
    meta, nodes, strings = snapshot["snapshot"]["meta"], snapshot["nodes"], snapshot["strings"]
    kind, name, size = (meta["node_fields"].index(field) for field in ("type", "name", "self_size"))
    kinds, width = meta["node_types"][kind], len(meta["node_fields"])
    sizes = {"values": 0.0, "code": 0.0, "browser": 0.0}
    for node in range(0, len(nodes), width):
        part = _PART_OF_KIND.get(kinds[nodes[node + kind]])
        if part == "browser" and strings[nodes[node + name]].startswith(_OF_ENGINE):
            part = "code"
        if part:
            sizes[part] += nodes[node + size]
    return sizes
