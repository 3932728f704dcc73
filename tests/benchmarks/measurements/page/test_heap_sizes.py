"""A heap's snapshot is told by what it is made of."""

from itertools import chain

from benchmarks.measurements.page.heap_sizes import heap_sizes

_META = {
    "node_fields": ["type", "name", "id", "self_size"],
    "node_types": [["object", "code", "native", "synthetic"]],
}
_STRINGS = ["Trade", "SharedFunctionInfo", "blink::Node", "system / WeakArrayList", "(root)"]
_NODES = ((0, 0, 1, 40), (0, 0, 3, 24), (1, 1, 5, 100), (2, 2, 7, 300), (2, 3, 9, 7), (3, 4, 11, 5))


def test_it_is_told_as_values_code_and_what_the_browser_holds_for_the_page() -> None:
    snapshot = {"snapshot": {"meta": _META}, "nodes": list(chain.from_iterable(_NODES)), "strings": _STRINGS}
    assert heap_sizes(snapshot) == {"values": 64, "code": 107, "browser": 300}
