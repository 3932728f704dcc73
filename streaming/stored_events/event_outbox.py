"""The outbox: what is to be told of a change is stored with it, and published later, in its order, by one worker."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar, Union

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from streaming.batches import batched
from streaming.database.bulk_insert import rows_insert
from streaming.database.json_rows import BATCH
from streaming.events import BaseEvent
from streaming.installed import topic_registry
from streaming.stored_events.model import StoredEvent
from streaming.times import moment
from streaming.workers.fencing import Fence, lease_hold
from streaming.workers.retention import rows_delete_in_batches
from streaming.workers.worker import Backlog

_LONGEST_REFUSAL = 500
_REFUSED_BATCH = 500
_MOST_WITHOUT_SUBJECT = 1000
"""So many events of one user may wait that are of no subject: of these nothing else bounds how many there are."""
_encoder = msgspec.json.Encoder()
Stored = TypeVar("Stored", bound=StoredEvent)


class PendingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be told to `owner_id` (None: nobody's own), of a subject: of a sub-account, of a chain.

    Without an event the worker alone is told, that the subject was changed by another.
    """

    event: BaseEvent | None = None
    owner_id: int | None = None
    subject_id: int | str | None = None


class OutboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """What is still to be told, and under which id it is stored; `unreadable` is why it can't be told."""

    id: int
    told: PendingEvent
    unreadable: str = ""


class EventOutbox:
    """The events that one app has still to tell: rows of `model`, whose column `subject` says of what each tells."""

    def __init__(self, model: type[StoredEvent], *, subject: str) -> None:
        self._model = model
        self._subject = subject
        self._columns = ("id", subject, "owner_id", "event")

    def append(self, told: Iterable[PendingEvent], *, now: datetime) -> tuple[OutboxRow, ...]:
        """Store what is to be told, in the transaction of what it tells of; return it."""
        new = tuple(told)
        ids = rows_insert(self._model, [self._values(one, now) for one in new])
        return tuple(OutboxRow(id=pk, told=one) for pk, one in zip(ids, new, strict=True))

    def has_room(self, owner_id: int) -> bool:
        """Return whether an event of no subject may be added for a user: with no worker there, some thousand may."""
        waiting = self._waiting().filter(owner_id=owner_id, **{self._subject: None}).order_by()
        return waiting[:_MOST_WITHOUT_SUBJECT].count() < _MOST_WITHOUT_SUBJECT

    def read(self, limit: int, *, but: Collection[int] = ()) -> tuple[OutboxRow, ...]:
        """Return what is still to be told, `but` what has these ids; of one owner in its order.

        Where more waits, each owner's oldest come in turn: who is told little isn't kept waiting by who is told much.
        What another transaction has added under a lower id and committed later comes with the next reading.
        """
        waiting = self._waiting().exclude(pk__in=but) if but else self._waiting()
        oldest = list(waiting.order_by("id").values_list(*self._columns)[:limit])
        if len(oldest) < limit:
            return tuple(_row(*row) for row in oldest)
        rank = Window(RowNumber(), partition_by=F("owner_id"), order_by="id")
        ranked = waiting.annotate(rank=rank).order_by("rank", "id")
        ids = list(ranked.values_list("id", flat=True)[:limit])
        found = {row[0]: row for row in self._rows().filter(pk__in=ids).values_list(*self._columns)}
        return tuple(_row(*found[pk]) for pk in ids if pk in found)

    def owners_waiting(self, rows: Sequence[OutboxRow]) -> frozenset[int | None]:
        """Return the owners of these rows to whom anything is to be told before; this transaction has stored them."""
        if not rows:
            return frozenset()
        owners = {row.told.owner_id for row in rows}
        before = self._waiting().filter(pk__lt=rows[0].id)
        own = before.filter(owner_id__in=owners - {None}).order_by().values_list("owner_id", flat=True).distinct()
        nobodys: set[int | None] = {None} if None in owners and before.filter(owner_id=None).exists() else set()
        return frozenset(nobodys.union(own))

    @transaction.atomic
    def refuse(self, refused: Mapping[int, str], *, fence: Fence | None, now: datetime) -> None:
        """Set aside what can't be published, by its id, with the reason: it is kept, and holds up nothing any more.

        Raise `LeaseLostError` where another worker has the lease.
        """
        for pk, reason in refused.items():
            self._rows().filter(pk=pk).update(refused_at=now, refusal=reason[:_LONGEST_REFUSAL])
        lease_hold(fence)

    def backlog(self) -> Backlog:
        """Return what was stored and not yet told, or looked at by the worker; what it has set aside doesn't wait."""
        waiting = self._waiting().order_by("id")
        return Backlog(due=waiting.count(), oldest=waiting.values_list("created_at", flat=True).first())

    def refused_count(self) -> int:
        """Return how many events could not be told, and were set aside."""
        return self._rows().exclude(refused_at=None).count()

    def old_refused_forget(self, *, now_ms: int) -> Iterator[int]:
        """Delete the events that were set aside before OUTBOX_REFUSED_KEPT_DAYS; none where that is 0."""
        if days := settings.OUTBOX_REFUSED_KEPT_DAYS:
            old = self._rows().filter(refused_at__lt=moment(now_ms) - timedelta(days=days))
            yield from rows_delete_in_batches(old, size=_REFUSED_BATCH)

    def retry(self, event: Stored) -> Stored:
        """Let one wait again that was set aside; return it."""
        self._rows().filter(pk=event.pk).update(refused_at=None, refusal="")
        return event

    def delete(self, ids: Collection[int]) -> None:
        """Forget what was published."""
        for batch in batched(sorted(ids), BATCH):
            self._rows().filter(pk__in=batch).delete()

    @transaction.atomic
    def append_fenced(self, told: Iterable[PendingEvent], *, fence: Fence | None, now: datetime) -> None:
        """Store what the worker itself has to tell, while the lease is its own; raise `LeaseLostError`."""
        self.append(told, now=now)
        lease_hold(fence)

    @transaction.atomic
    def delete_fenced(self, ids: Collection[int], *, fence: Fence | None) -> None:
        """Delete while the lease is ours: what was published by one who has lost it, the next one publishes again.

        Raise `LeaseLostError`.
        """
        self.delete(ids)
        lease_hold(fence)

    def _rows(self) -> QuerySet[StoredEvent]:
        return self._model._default_manager.all()  # noqa: SLF001 - Django's

    def _waiting(self) -> QuerySet[StoredEvent]:
        return self._rows().filter(refused_at=None)

    def _values(self, told: PendingEvent, now: datetime) -> dict[str, object]:
        event = "" if told.event is None else _encoder.encode(told.event).decode()
        return {self._subject: told.subject_id, "owner_id": told.owner_id, "event": event, "created_at": now}


@cache
def _decoder() -> msgspec.json.Decoder[BaseEvent]:
    """Return what reads the events of all topics; known once all apps have declared theirs."""
    return msgspec.json.Decoder(Union[topic_registry().event_types])  # noqa: UP007 - they are a tuple


def _row(pk: int, subject_id: Any, owner_id: int | None, event: str) -> OutboxRow:
    """Return a row; of another release its event may be one that can't be read."""
    told = PendingEvent(owner_id=owner_id, subject_id=subject_id)
    try:
        read = _decoder().decode(event) if event else None
    except msgspec.DecodeError as error:
        return OutboxRow(id=pk, told=told, unreadable=f"it can't be read: {error}")
    return OutboxRow(id=pk, told=msgspec.structs.replace(told, event=read))
