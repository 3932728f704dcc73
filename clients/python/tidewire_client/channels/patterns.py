"""Names of channels, and wildcards over them. Pure.

A name is segments with `.` or `:` between them; a pattern may have either. A last `*` stands for everything below (one
segment or more), an inner `*` for exactly one segment; so `*` alone matches every name.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

WILDCARD = "*"
_SEPARATOR = re.compile(r"[.:]")


def is_wildcard(name: str) -> bool:
    """Return whether `name` has a segment that is `*`."""
    return WILDCARD in _segments(name)


def matches(pattern: str, channel: str) -> bool:
    """Return whether `pattern` names `channel`, or matches it.

    >>> matches("price:*", "price:BTCUSDT"), matches("grid.*.order", "grid.a.order"), matches("grid.*", "grid")
    (True, True, False)
    """
    return pattern == channel or (is_wildcard(pattern) and _stands_for(_segments(pattern), _segments(channel)))


def _stands_for(wanted: Sequence[str], given: Sequence[str]) -> bool:
    is_long_enough = len(given) >= len(wanted) if wanted[-1] == WILDCARD else len(given) == len(wanted)
    return is_long_enough and all(segment in (WILDCARD, found) for segment, found in zip(wanted, given, strict=False))


@lru_cache(maxsize=1024)
def _segments(name: str) -> tuple[str, ...]:
    return tuple(_SEPARATOR.split(name))
