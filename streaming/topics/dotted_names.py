"""The dotted names that exist, and the groups of the channel layer that carry their events. Pure.

Events of an instance, and log lines, go to the group of their owner and to one of all owners, which is for staff. A
reader joins one of the two, so that an event reaches it once.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from streaming.errors import RegistrationError
from streaming.events import NamedEvent
from streaming.layer.groups import EVERYBODY, dotted_group, group_safe, system_group
from streaming.topics import patterns
from streaming.topics.patterns import WILDCARD
from streaming.topics.topic import DOTTED, Access, OwnerLookup, Topic

_PATTERNS_REMEMBERED = 4096


class InstanceKind(msgspec.Struct, frozen=True, kw_only=True):
    """The names of what users own many of: `grid.<id>.order`, for the owner of that instance and for staff.

    `events` are told on them, by the last segment of the name; `owners` says whose an instance is. `is_planned` marks
    what no app makes yet.
    """

    category: str
    events: Mapping[str, type[NamedEvent]]
    owners: OwnerLookup | None = None
    is_planned: bool = False


class SystemKind(msgspec.Struct, frozen=True, kw_only=True):
    """One name of the deployment's, such as `system.health`, for whoever is logged in or for staff.

    With `Access.OWNER` each event may have an owner, who alone is told of it beside staff. `is_repeated` where only the
    newest event counts and comes again within seconds, so that nothing is said of one that was lost.
    """

    name: str
    event: type[NamedEvent]
    access: Access = Access.LOGIN
    is_repeated: bool = False
    is_planned: bool = False


class _Shape(msgspec.Struct, frozen=True):
    """A name, in which `*` stands for any instance."""

    name: str
    access: Access
    is_repeated: bool
    is_planned: bool
    is_instance: bool
    is_state: bool

    @property
    def base_group(self) -> str:
        category, _, rest = self.name.partition(".")
        return dotted_group(category) if self.is_instance else system_group(rest)


class DottedNames:
    """The names of a process. One that is planned gives way to one of the same name that is there."""

    def __init__(self, kinds: Iterable[InstanceKind | SystemKind] = ()) -> None:
        declared = tuple(kinds)
        self._shapes: dict[str, _Shape] = {}
        self._owners: dict[str, OwnerLookup | None] = {}
        for kind in declared:
            for shape in _shapes(kind):
                self._add(shape)
            if isinstance(kind, InstanceKind) and not kind.is_planned:
                self._owners[kind.category] = kind.owners
        self.can_miss_events = lru_cache(_PATTERNS_REMEMBERED)(self._can_miss_events)

    @property
    def categories(self) -> Mapping[str, Access]:
        """The first segments of the names, with who may read those that begin with it: an instance's its owner."""
        return {shape.name.partition(".")[0]: shape.access for shape in reversed(self._shapes.values())}

    def parse(self, name: str) -> Topic | None:
        """Return the topic of a name that is known, or of a pattern that matches one; else None.

        An instance need not exist. One that is named must be so with its category.
        """
        first, *rest = name.split(".")
        names_any_instance = first == WILDCARD and len(rest) > 1 and rest[0] != WILDCARD
        return None if names_any_instance or not self._matching(name) else Topic(DOTTED, name=name)

    def shapes_of(self, pattern: str) -> tuple[str, ...]:
        """Return the shapes of names that are there and that `pattern` can match; none where there is no such name."""
        return tuple(shape.name for shape in self._there(pattern))

    def fixed_names_of(self, pattern: str) -> tuple[str, ...]:
        """Return the names that are there, that `pattern` matches, and that hold no instance."""
        return tuple(shape.name for shape in self._there(pattern) if not shape.is_instance)

    def has_sequence(self, pattern: str) -> bool:
        """Return whether `pattern` matches a name of which every event counts."""
        return any(not shape.is_state for shape in self._there(pattern))

    def _can_miss_events(self, pattern: str) -> bool:
        """Return whether `pattern` matches a name of which nothing makes up soon for an event that was lost."""
        return any(not shape.is_repeated for shape in self._there(pattern))

    def is_for_staff(self, pattern: str) -> bool:
        """Return whether `pattern` matches a name that only staff may read."""
        return any(shape.access is Access.STAFF for shape in self._matching(pattern))

    def instance_of(self, pattern: str) -> tuple[str, str] | None:
        """Return the category and the id of the one instance that `pattern` names, or None where it names none.

        Of a category that isn't there yet no instance is known.
        """
        category, *rest = pattern.split(".")
        if category not in self._owners or not rest or rest[0] == WILDCARD:
            return None
        return category, rest[0]

    def names_instance(self, pattern: str) -> bool:
        """Return whether `pattern` names one instance, be it of a category that isn't there yet."""
        _, *rest = pattern.split(".")
        return rest[:1] != [WILDCARD] and any(shape.is_instance for shape in self._matching(pattern))

    async def owners(self, category: str, instance: str) -> frozenset[str]:
        """Return the ids of the users who own an instance; none where nobody says."""
        lookup = self._owners.get(category)
        return frozenset() if lookup is None else await lookup(instance)

    def groups_of_reader(self, pattern: str, owner: str | None) -> tuple[str, ...]:
        """Return the groups that hold what `pattern` matches, for the user `owner`; for staff, where that is None."""
        return tuple(dict.fromkeys(_group(shape, owner) for shape in self._there(pattern)))

    def groups_of_event(self, channel: str, owner: str) -> tuple[str, ...]:
        """Return the groups to which an event of `channel` goes; `owner` is empty for the deployment's.

        Raise `KeyError` for a name that no app has declared.
        """
        shape = self._shape_of(channel)
        everybody = _group(shape, None)
        return (_group(shape, owner), everybody) if owner and _has_owner(shape) else (everybody,)

    def history_of(self, channel: str, group: str) -> str:
        """Return the key of the history of a channel, as readers of a group hear it.

        An instance's is one for all. Of a name that many share (`system.log`) each owner hears what is theirs, and
        staff all: these are histories of their own. Raise `KeyError` for a name that no app has declared.
        """
        shape = self._shape_of(channel)
        return key_of_named(channel) + ("" if shape.is_instance else group.removeprefix(shape.base_group))

    def history_in(self, group: str, channel: str) -> str | None:
        """Return `history_of` of a channel; None where the group carries no such channel."""
        try:
            base = self._shape_of(channel).base_group
        except KeyError:
            return None
        return self.history_of(channel, group) if group == base or group.startswith(f"{base}.") else None

    def _shape_of(self, channel: str) -> _Shape:
        category, last = channel.partition(".")[0], channel.rpartition(".")[2]
        return self._shapes.get(channel) or self._shapes[f"{category}.{WILDCARD}.{last}"]

    def _add(self, shape: _Shape) -> None:
        known = self._shapes.get(shape.name)
        if known is not None and known.is_planned == shape.is_planned:
            raise RegistrationError(f"declared already: {shape.name}")
        if known is None or known.is_planned:
            self._shapes[shape.name] = shape

    def _there(self, pattern: str) -> list[_Shape]:
        return [shape for shape in self._matching(pattern) if not shape.is_planned]

    def _matching(self, pattern: str) -> list[_Shape]:
        if not patterns.is_pattern(pattern):
            return []
        return [shape for shape in self._shapes.values() if patterns.can_match(pattern, shape.name)]


def key_of_named(channel: str) -> str:
    """Return the key under which the newest value of a dotted name is kept for all processes."""
    return f"n.{channel}"


def _shapes(kind: InstanceKind | SystemKind) -> list[_Shape]:
    if isinstance(kind, SystemKind):
        return [
            _Shape(
                kind.name,
                kind.access,
                kind.is_repeated,
                kind.is_planned,
                is_instance=False,
                is_state=kind.event.is_held,
            )
        ]
    return [
        _Shape(
            f"{kind.category}.{WILDCARD}.{last}",
            Access.OWNER,
            False,
            kind.is_planned,
            is_instance=True,
            is_state=event.is_held,
        )
        for last, event in kind.events.items()
    ]


def _has_owner(shape: _Shape) -> bool:
    return shape.access is Access.OWNER


def _group(shape: _Shape, owner: str | None) -> str:
    """Return the group of a shape; that of all owners where `owner` is None."""
    return f"{shape.base_group}.{_owner_part(owner)}" if _has_owner(shape) else shape.base_group


def _owner_part(owner: str | None) -> str:
    """Return an owner's part of a group's name, which is never that of all owners."""
    if owner is None:
        return EVERYBODY
    return f"x-{owner.encode().hex()}" if owner == EVERYBODY else group_safe(owner)
