"""Patterns over dotted names such as `grid.a.order`. Pure.

A last `*` stands for everything below (one segment or more), an inner `*` for exactly one segment; so `*` alone matches
every name.
"""

import re
from collections.abc import Iterable

WILDCARD = "*"
_SEGMENT = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)


def is_pattern(text: str) -> bool:
    """Return whether `text` is segments with dots between them: letters, digits, `_` and `-`, or `*`."""
    return all(segment == WILDCARD or _SEGMENT.fullmatch(segment) for segment in text.split("."))


def can_match(pattern: str, shape: str) -> bool:
    """Return whether `pattern` matches a name of `shape`, in which `*` stands for any one segment.

    >>> can_match("grid.abc.*", "grid.*.status"), can_match("grid.*", "system.health")
    (True, False)
    """
    wanted, held = pattern.split("."), shape.split(".")
    if wanted[-1] == WILDCARD and len(held) >= len(wanted):
        wanted.pop()
        held = held[: len(wanted)]
    return len(wanted) == len(held) and all(
        one == other or WILDCARD in {one, other} for one, other in zip(wanted, held, strict=True)
    )


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return what matches (by `fullmatch`) the names that at least one of the patterns matches."""
    alternatives = [_expression(pattern) for pattern in patterns]
    return re.compile("|".join(alternatives) if alternatives else r"(?!)")


def _expression(pattern: str) -> str:
    *inner, last = pattern.split(".")
    expressions = [r"[^.]+" if segment == WILDCARD else re.escape(segment) for segment in inner]
    expressions.append(r"[^.]+(?:\.[^.]+)*" if last == WILDCARD else re.escape(last))
    return r"\.".join(expressions)
