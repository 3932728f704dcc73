"""Storing a batch that the database refuses as a whole: in parts, so that what is refused holds up nothing else.

Asked again, the database would refuse the same again.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from django.db import transaction

from streaming.database.errors import DATABASE_OUTAGES

Key = TypeVar("Key", bound=Hashable)


def refused_parts(keys: Sequence[Key], store: Callable[[Sequence[Key]], None]) -> dict[Key, Exception]:
    """Store all that can be, by halves and halves of `keys`; return what is refused by itself, and why.

    `store` stores what belongs to some of the keys, and is undone as a whole where that is refused. Raise what says
    that the database is away (`DATABASE_OUTAGES`).
    """
    refused: dict[Key, Exception] = {}
    waiting = [keys] if keys else []
    while waiting:
        part = waiting.pop()
        error = _tried(part, store)
        if error is None:
            continue
        if len(part) == 1:
            refused[part[0]] = error
        else:
            middle = len(part) // 2
            waiting += [part[middle:], part[:middle]]
    return refused


def _tried(part: Sequence[Key], store: Callable[[Sequence[Key]], None]) -> Exception | None:
    """Store a part; undo it, and return why, where it is refused. Constraints speak now, not only at the commit."""
    try:
        with transaction.atomic():
            store(part)
            transaction.get_connection().check_constraints()
    except DATABASE_OUTAGES:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it would be the same again
        return error
    return None
