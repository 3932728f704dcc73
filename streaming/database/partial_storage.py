"""Storing a batch that the database refuses as a whole: in parts, so that what is refused holds up nothing else.

Asked again, the database would refuse the same again.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

import msgspec
from django.db import transaction

from streaming.database.errors import DATABASE_OUTAGES

Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")


class PartialStorage(msgspec.Struct, Generic[Key, Result], frozen=True):
    """What `store` returned of each part that is stored, and which keys are refused by themselves, and why."""

    stored: Sequence[Result]
    refused: dict[Key, Exception]


def store_in_parts(keys: Sequence[Key], store: Callable[[Sequence[Key]], Result]) -> PartialStorage[Key, Result]:
    """Store all that can be, by halves and halves of `keys`.

    `store` stores what belongs to some of the keys, and is undone as a whole where that is refused. Raise what says
    that the database is away (`DATABASE_OUTAGES`).
    """
    stored: list[Result] = []
    refused: dict[Key, Exception] = {}
    waiting = [keys] if keys else []
    while waiting:
        part = waiting.pop()
        try:
            stored.append(_stored(part, store))
        except DATABASE_OUTAGES:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it would be the same again
            if len(part) == 1:
                refused[part[0]] = error
            else:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
    return PartialStorage(stored=stored, refused=refused)


def _stored(part: Sequence[Key], store: Callable[[Sequence[Key]], Result]) -> Result:
    """Store a part, or undo it and raise why it is refused. Constraints speak now, not only at the commit."""
    with transaction.atomic():
        result = store(part)
        transaction.get_connection().check_constraints()
    return result
