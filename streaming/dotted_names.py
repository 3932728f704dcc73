"""The dotted names that exist, and the groups of the channel layer that carry their events. Pure.

Events of an instance, and log lines, go to the group of their owner and to one of all owners, which is for staff. A
reader joins one of the two, so that an event reaches it once.
"""

from functools import lru_cache

from streaming import patterns
from streaming.names import group_safe
from streaming.patterns import WILDCARD

INSTANCE_EVENTS = {
    "grid": ("status", "order", "trade", "pnl", "risk", "lifecycle"),
    "backtest": ("progress", "lifecycle"),
    "strategy": ("status", "signal", "lifecycle"),
}
"""By category, the last segments of the names of one instance."""

LOG = "system.log"
SYSTEM_NAMES = ("system.health", "system.exchange", LOG, "system.kill_switch")
STAFF_NAMES = ("ops.gateways",)
_REPEATED = {"system.health", *STAFF_NAMES}
"""Names of which only the newest event counts, and that comes again within seconds."""
_PATTERNS_REMEMBERED = 4096
_INSTANCE_SHAPES = tuple(
    f"{category}.{WILDCARD}.{event}" for category, events in INSTANCE_EVENTS.items() for event in events
)
_SHAPES = (*_INSTANCE_SHAPES, *SYSTEM_NAMES, *STAFF_NAMES)
_EVERYBODY = "all"


def shapes_of(pattern: str) -> tuple[str, ...]:
    """Return the shapes of names that `pattern` can match; none where there is no such name."""
    if not patterns.is_pattern(pattern):
        return ()
    return tuple(shape for shape in _SHAPES if patterns.can_match(pattern, shape))


def fixed_names_of(pattern: str) -> tuple[str, ...]:
    """Return the names that `pattern` matches and that hold no instance."""
    return tuple(name for name in (*SYSTEM_NAMES, *STAFF_NAMES) if patterns.can_match(pattern, name))


@lru_cache(_PATTERNS_REMEMBERED)
def can_miss_events(pattern: str) -> bool:
    """Return whether `pattern` matches a name of which nothing makes up soon for an event that was lost."""
    return any(shape not in _REPEATED for shape in shapes_of(pattern))


def is_for_staff(pattern: str) -> bool:
    """Return whether `pattern` matches a name that only staff may read."""
    return any(patterns.can_match(pattern, name) for name in STAFF_NAMES)


def instance_of(pattern: str) -> tuple[str, str] | None:
    """Return the category and the id of the one instance that `pattern` names, or None where it names none."""
    category, *rest = pattern.split(".")
    if category not in INSTANCE_EVENTS or not rest or rest[0] == WILDCARD:
        return None
    return category, rest[0]


def groups_of_reader(pattern: str, owner: str | None) -> tuple[str, ...]:
    """Return the groups that hold what `pattern` matches, for the user `owner`; for staff, where that is None."""
    return tuple(dict.fromkeys(_group(shape, owner) for shape in shapes_of(pattern)))


def groups_of_event(channel: str, owner: str) -> tuple[str, ...]:
    """Return the groups to which an event of `channel` goes; `owner` is empty for the deployment's."""
    everybody = _group(channel, None)
    return (_group(channel, owner), everybody) if owner and _has_owner(channel) else (everybody,)


def everybodys(group: str) -> str:
    """Return the group of all owners that also carries what `group`, one owner's, does; else `group` itself.

    >>> everybodys("c.grid.7"), everybodys("s.health")
    ('c.grid.all', 's.health')
    """
    return f"{group.rpartition('.')[0]}.{_EVERYBODY}" if group.count(".") > 1 else group


def _has_owner(name: str) -> bool:
    return name == LOG or name.partition(".")[0] in INSTANCE_EVENTS


def _group(name: str, owner: str | None) -> str:
    """Return the group of a name or a shape; that of all owners where `owner` is None."""
    category, _, rest = name.partition(".")
    base = f"c.{category}" if category in INSTANCE_EVENTS else f"s.{rest}"
    return f"{base}.{_owner_part(owner)}" if _has_owner(name) else base


def _owner_part(owner: str | None) -> str:
    """Return an owner's part of a group's name, which is never that of all owners."""
    if owner is None:
        return _EVERYBODY
    return f"x-{owner.encode().hex()}" if owner == _EVERYBODY else group_safe(owner)
