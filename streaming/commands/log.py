"""The memory of commands that change something: a user's id acts once, and given again gets its first answer.

What a command does and the record of its answer are one transaction. So there is no moment at which one is stored and
the other isn't: a process that dies before the commit has done nothing, and after it the record answers whoever asks
again. Two at the same time, on whatever gateway, meet at the unique key: the second waits until the first has ended.

What is refused changes nothing, and is not remembered: whoever gives it again may have mended the reason.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from streaming.commands.command import Command
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.database.bulk_insert import rows_insert
from streaming.models import CommandRecord
from streaming.times import moment
from streaming.workers.retention import rows_delete_in_batches

_LONGEST_ID = 200
_LONGEST_WAIT = "5s"
"""For a twin that is under way on another gateway: one that is frozen there must not hold up all commands here."""
_STORED_REFUSAL = '{"type":"failure"'
"""How a gateway of an earlier version, which may still run beside this one, begins what it stores of a refusal."""

Do = Callable[[], Mapping[str, Any]]
"""Changes something and returns the answer's data; raises a refusal where it doesn't."""


class _Done(msgspec.Struct, frozen=True, tag="success"):
    """A `Success` as it is stored: each value stays the very JSON that was answered."""

    data: dict[str, msgspec.Raw]


_decode = msgspec.json.Decoder(_Done).decode


def act_once(command: Command, do: Do, *, user_id: str, now_ms: int) -> Outcome:
    """Return how the command ended when this user first gave it; `do` it now where that has not been.

    Raise what `do` raises, and `OperationalError` where a twin takes too long elsewhere; then nothing was changed, and
    nothing is remembered. Call it in a thread, outside any transaction.
    """
    now = moment(now_ms)
    fingerprint = _fingerprint(command)
    with transaction.atomic():
        key = {"user_id": user_id, "command_id": _stored_id(command.id)}
        pk = _new_record(key, fingerprint, now)
        if pk is not None:
            return _done(pk, do)
        return _first_answer(CommandRecord.objects.get(**key), command, fingerprint)


def answered_before(command: Command, *, user_id: str, now_ms: int) -> Outcome | None:
    """Return how the command ended when this user first gave it; None where it isn't known to have been given.

    It spares whoever gives a command again what is waited for before one is done.
    """
    key = {"user_id": user_id, "command_id": _stored_id(command.id)}
    record = CommandRecord.objects.filter(**key).exclude(_gone(moment(now_ms))).first()
    return None if record is None else _first_answer(record, command, _fingerprint(command))


def commands_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the records that are too old to count; each step gives how many a batch had."""
    old = CommandRecord.objects.filter(created_at__lt=_oldest(moment(now_ms)))
    yield from rows_delete_in_batches(old)


def _new_record(key: Mapping[str, str], fingerprint: str, now: datetime) -> int | None:
    """Store the command's record, and return its id; None where there is one. Waits while a twin is under way."""
    row = {**key, "fingerprint": fingerprint, "created_at": now}
    _limit_waiting(_LONGEST_WAIT)
    ids = rows_insert(CommandRecord, [row], leave_out_known=True)
    if not ids and CommandRecord.objects.filter(_gone(now), **key).delete()[0]:
        ids = rows_insert(CommandRecord, [row], leave_out_known=True)
    _limit_waiting("DEFAULT")
    return ids[0] if ids else None


def _gone(now: datetime) -> Q:
    return Q(created_at__lt=_oldest(now)) | Q(outcome__startswith=_STORED_REFUSAL)


def _first_answer(record: CommandRecord, command: Command, fingerprint: str) -> Outcome:
    if record.fingerprint != fingerprint:
        return Failure(CommandErrorCode.CONFLICT, f"The id {command.id[:50]} was used for another command")
    return Success(_decode(record.outcome).data)


def _limit_waiting(limit: str) -> None:
    """Let this transaction wait so long for a lock; SQLite has its time-out for the whole transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout TO {limit if limit == 'DEFAULT' else repr(limit)}")


def _done(pk: int, do: Do) -> Success:
    outcome = Success(do())
    stored = _Done({name: msgspec.Raw(msgspec.json.encode(value)) for name, value in outcome.data.items()})
    CommandRecord.objects.filter(pk=pk).update(outcome=msgspec.json.encode(stored).decode())
    return outcome


def _oldest(now: datetime) -> datetime:
    return now - timedelta(hours=settings.COMMANDS_REMEMBERED_HOURS)


def _stored_id(command_id: str) -> str:
    """Return the id as the table can hold it: its digest where it is long, or holds what PostgreSQL's text doesn't."""
    if len(command_id) <= _LONGEST_ID and "\0" not in command_id:
        return command_id
    return f"sha256:{hashlib.sha256(command_id.encode()).hexdigest()}"


def _fingerprint(command: Command) -> str:
    try:
        said = json.dumps([command.action, command.params], sort_keys=True, default=str)
    except RecursionError:
        raise CommandRefusedError(CommandErrorCode.VALIDATION_ERROR, "The parameters are nested too deeply") from None
    return hashlib.sha256(said.encode()).hexdigest()
