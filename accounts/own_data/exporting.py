"""All that a user owns, read from the rows that the apps declare, and written into a file portion by portion.

However much it is, little of it is in memory at once. It is whole before any of it is sent: what fails is answered as
such, and a slow reader holds up no transaction. A process has few such files at once, and of a user one.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Any

import msgspec
from django.apps import apps
from django.db import transaction
from django.db.models import Model, QuerySet

from accounts.models import User
from accounts.selectors import UserProfile, user_profile
from streaming.commands.errors import TooMuchError
from streaming.database.own_data import OwnData
from streaming.installed import data_kept_back, own_data

MOST_ROWS = 50_000
"""Of a model; of more, the newest."""
MOST_AT_ONCE = 4
"""So many exports a process writes and sends at once: where it has no disk, they are in memory."""
_ROWS_AT_ONCE = 100
_RETRY_SECONDS = 10


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """One's data: rows by model, oldest first; of which models there are more rows, and what isn't told, and why."""

    exported_at: str
    user: UserProfile
    data: dict[str, list[dict[str, Any]]]
    left_off: dict[str, int]
    kept_back: dict[str, str]


class ExportPlaces:
    """Who has an export written or sent now: `most` users at once, each once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._users: set[int] = set()
        self._lock = Lock()

    @contextmanager
    def place(self, user_id: int) -> Iterator[None]:
        """Take a place; raise `TooMuchError` where there is none."""
        with self._lock:
            if user_id in self._users:
                raise TooMuchError("Your data is being sent already", retry_after=_RETRY_SECONDS)
            if len(self._users) >= self._most:
                raise TooMuchError("Others' data is being sent; try again soon", retry_after=_RETRY_SECONDS)
            self._users.add(user_id)
        try:
            yield
        finally:
            with self._lock:
                self._users.discard(user_id)


EXPORT_PLACES = ExportPlaces(MOST_AT_ONCE)


@contextmanager
def data_export(*, user: User, exported_at: str) -> Iterator[IO[bytes]]:
    """Give a file with JSON of `Export`: all that `user` owns, as it is at one moment where the database shows one.

    It has no name, and is gone in the end, until when it has its place. Raise `TooMuchError` where the user has one
    already, or too many others have.
    """
    with EXPORT_PLACES.place(user.pk), TemporaryFile() as file:
        with transaction.atomic():
            file.writelines(export_portions(user=user, exported_at=exported_at))
        file.seek(0)
        yield file


def export_portions(*, user: User, exported_at: str) -> Iterator[bytes]:
    """Yield JSON of `Export`, a few rows at a time."""
    left_off: dict[str, int] = {}
    yield b'{"exported_at":%b,"user":%b,"data":{' % (_json(exported_at), _json(user_profile(user)))
    for number, own in enumerate(own_data()):
        rows, left = _newest(own, user)
        if left:
            left_off[own.model] = left
        yield b"%b%b:[" % (b"," if number else b"", _json(own.model))
        yield from _listed(rows)
        yield b"]"
    kept_back = {kept.model: kept.why for kept in data_kept_back()}
    yield b'},"left_off":%b,"kept_back":%b}' % (_json(left_off), _json(kept_back))


def _newest(own: OwnData, user: User) -> tuple[Iterable[dict[str, Any]], int]:
    """Return the newest rows of a model, oldest first, and how many more there are."""
    model: Any = apps.get_model(own.model)
    found: QuerySet[Any] = model.objects.filter(**{own.owner: user.pk})
    last_two = list(found.order_by("-pk").values_list("pk", flat=True)[MOST_ROWS - 1 : MOST_ROWS + 1])
    is_all = len(last_two) <= 1
    left = 0 if is_all else found.count() - MOST_ROWS
    rows = found if is_all else found.filter(pk__gte=last_two[0])
    return rows.order_by("pk").values(*_columns(model, own.without)).iterator(chunk_size=_ROWS_AT_ONCE), left


def _listed(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for number, row in enumerate(rows):
        yield (b"," if number else b"") + _json(row)


def _json(value: Any) -> bytes:
    return msgspec.json.encode(value)


def _columns(model: type[Model], without: Sequence[str]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.name not in without]  # noqa: SLF001
