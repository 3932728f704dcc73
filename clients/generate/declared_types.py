"""Which enums and nested objects the events' fields have, and in which file each of them stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

import msgspec

from clients.generate.events import EventGroup, EventShape, FieldShape, nested_fields, parent_of, types_in

SHARED = "values"
"""The file of what the events of several files have."""
SHARED_ABOUT = "What events of several kinds tell alike."

Homes = Mapping[type, str]
"""The name of the file of each type."""


def homes_of(groups: Sequence[EventGroup]) -> Homes:
    """Return where each type stands: beside the events that have it, or among what is shared."""
    homes: dict[type, str] = {}
    for group in groups:
        for found in {each for event in group.events for each in types_of(event)}:
            homes[found] = group.name if homes.get(found, group.name) == group.name else SHARED
    return homes


def types_of(event: EventShape) -> Iterator[type]:
    """Yield the types that an event has, each after those that it needs itself; some several times."""
    fields = msgspec.structs.fields(event.base) if event.is_of_market else ()
    for field in fields:
        yield from _within(types_in(field.type))
    for told in (*event.fields, *(event.trading or ())):
        yield from _of_field(told)


def _of_field(field: FieldShape) -> Iterator[type]:
    return _within(types_in(field.core))


def _within(found: Iterable[Any]) -> Iterator[type]:
    for each in found:
        if isinstance(each, type) and issubclass(each, msgspec.Struct):
            parent = parent_of(each)
            yield from _within([parent] if parent else [])
            for field in nested_fields(each):
                yield from _of_field(field)
            yield each
        elif isinstance(each, type) and issubclass(each, Enum):
            yield each
