"""Looks whether the audit is whole: a row that was changed, removed, inserted, moved or cut off the end is found."""

from collections.abc import Iterator

import msgspec

from trading.audit.chain import GENESIS, record_hash
from trading.audit.erasure import ACTION, Seal, new_seal, seal
from trading.audit.services import HEAD_ID, record_of
from trading.models import AuditEntry, AuditHead

BATCH = 1000


class AuditBrokenError(Exception):
    """The audit isn't whole: `number` is the first row that is wrong or missing."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"audit row {number} {what}")
        self.number = number


def audit_verify(*, batch: int = BATCH) -> Iterator[tuple[int, int]]:
    """Walk over all rows; give after each batch up to which number they are right, and up to which there are any.

    Raise `AuditBrokenError` at the first that isn't. Rows may be added meanwhile.
    """
    total = _head()[0]
    number, previous = 0, GENESIS
    last, seals = None, _Seals()
    while rows := _after(last, batch):
        for entry in rows:
            _check(entry, number + 1, previous)
            seals.check(entry)
            number, previous = entry.number, entry.hash
        last = number
        yield number, max(total, number)
    seals.check_end()
    _check_end(number, previous)


def last_hash() -> str:
    """Return the hash of the last row: noted elsewhere, it shows a chain that was made anew from its beginning."""
    return _head()[1]


def _after(number: int | None, batch: int) -> list[AuditEntry]:
    rows = AuditEntry.objects.order_by("number")
    return list((rows if number is None else rows.filter(number__gt=number))[:batch])


def _check(entry: AuditEntry, number: int, previous: str) -> None:
    if entry.number < number:
        raise AuditBrokenError(entry.number, "was inserted")
    if entry.number > number:
        raise AuditBrokenError(number, "is missing")
    if entry.previous_hash != previous:
        raise AuditBrokenError(number, "doesn't follow the row before it")
    if not entry.is_without_person and entry.hash != record_hash(record_of(entry)):
        raise AuditBrokenError(number, "was changed")


class _Seals:
    """The rows without a person that were met, by who it was, until the row comes that seals them."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[int, Seal]] = {}

    def check(self, entry: AuditEntry) -> None:
        """Note a row without a person, or hold those that were met against the row that seals them."""
        if entry.is_without_person:
            if entry.actor_id is None or entry.actor or entry.address:
                raise AuditBrokenError(entry.number, "was changed")
            _, digest = self._open.setdefault(entry.actor_id, (entry.number, new_seal()))
            seal(entry, digest)
        if entry.action == ACTION and entry.owner_id is not None:
            first, digest = self._open.pop(entry.owner_id, (entry.number, new_seal()))
            if msgspec.json.decode(entry.after)["digest"] != digest.hexdigest():
                raise AuditBrokenError(first, "was changed, or another of the same person")

    def check_end(self) -> None:
        """Refuse rows that nothing seals."""
        for first, _ in self._open.values():
            raise AuditBrokenError(first, "lacks its person, and nothing says why")


def _check_end(number: int, last_hash: str) -> None:
    """Hold the last row against the head, which is read after it: a row that is newer than the walk is no fault."""
    head, head_hash = _head()
    if number > head:
        raise AuditBrokenError(head + 1, "was inserted")
    if number == head and last_hash != head_hash:
        raise AuditBrokenError(number, "isn't the last row that was added")
    if number < head and not AuditEntry.objects.filter(number=number + 1).exists():
        raise AuditBrokenError(number + 1, "is missing")


def _head() -> tuple[int, str]:
    head = AuditHead.objects.filter(pk=HEAD_ID).first()
    return (0, GENESIS) if head is None else (head.number, head.hash)
