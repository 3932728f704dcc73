"""The memory of commands that change something: a user's id acts once, and given again gets its first answer.

What a command does and the record of its answer are one transaction. So there is no moment at which one is stored and
the other isn't: a process that dies before the commit has done nothing, and after it the record answers whoever asks
again. Two at the same time, on whatever gateway, meet at the unique key: the second waits until the first has ended.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection, transaction

from streaming.gateway.commands.errors import CommandRefusedError
from streaming.gateway.messages import Command
from streaming.gateway.outcome import CommandErrorCode, Failure, Outcome, Success
from streaming.market.errors import MarketError
from streaming.models import CommandRecord
from streaming.times import moment

NOT_REMEMBERED = frozenset(
    {CommandErrorCode.RATE_LIMITED, CommandErrorCode.UNAVAILABLE, CommandErrorCode.INTERNAL_ERROR}
)
"""Worth trying again with the same id."""
_LONGEST_ID = 200
_LONGEST_WAIT = "5s"
"""For a twin that is under way on another gateway: one that is frozen there must not hold up all commands here."""
_BATCH = 1000

Do = Callable[[], Mapping[str, Any]]
"""Changes something and returns the answer's data; raises a refusal where it doesn't."""


class _Done(msgspec.Struct, frozen=True, tag="success"):
    """A `Success` as it is stored: each value stays the very JSON that was answered."""

    data: dict[str, msgspec.Raw]


class _Refused(msgspec.Struct, frozen=True, tag="failure"):
    """A `Failure` as it is stored."""

    code: CommandErrorCode
    message: str
    fields: dict[str, str]


_decode = msgspec.json.Decoder(_Done | _Refused).decode


def failure_of(error: CommandRefusedError | MarketError) -> Failure:
    """Return the answer that says what was refused."""
    if isinstance(error, CommandRefusedError):
        return error.failure()
    return Failure(CommandErrorCode(error.code), error.message, error.fields or {})


def act_once(command: Command, do: Do, *, user_id: str, now_ms: int) -> Outcome:
    """Return how the command ended when this user first gave it; `do` it now where that has not been.

    Raise what `do` raises where that is not remembered, and `OperationalError` where a twin takes too long elsewhere;
    then nothing was changed. Call it in a thread, outside any transaction.
    """
    now = moment(now_ms)
    fingerprint = _fingerprint(command)
    with transaction.atomic():
        record, is_new = _record_of(command, fingerprint, user_id, now)
        if is_new:
            return _first_outcome(record, do)
        if record.fingerprint != fingerprint:
            return Failure(CommandErrorCode.CONFLICT, f"The id {command.id[:50]} was used for another command")
        return _remembered(record)


def commands_forget(*, now_ms: int) -> int:
    """Delete the records that are too old to count, and return how many there were."""
    old = CommandRecord.objects.filter(created_at__lt=_oldest(moment(now_ms)))
    count = 0
    while batch := list(old.values_list("pk", flat=True)[:_BATCH]):
        count += CommandRecord.objects.filter(pk__in=batch).delete()[0]
    return count


def _record_of(command: Command, fingerprint: str, user_id: str, now: datetime) -> tuple[CommandRecord, bool]:
    """Return the command's record, and whether it is a new one; waits while a twin is under way."""
    key = {"user_id": user_id, "command_id": _stored_id(command.id)}
    CommandRecord.objects.filter(**key, created_at__lt=_oldest(now)).delete()
    _limit_waiting(_LONGEST_WAIT)
    found = CommandRecord.objects.get_or_create(**key, defaults={"fingerprint": fingerprint, "created_at": now})
    _limit_waiting("DEFAULT")
    return found


def _limit_waiting(limit: str) -> None:
    """Let this transaction wait so long for a lock; SQLite has its time-out for the whole transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout TO {limit if limit == 'DEFAULT' else repr(limit)}")


def _first_outcome(record: CommandRecord, do: Do) -> Outcome:
    outcome: Outcome
    try:
        with transaction.atomic():  # what a refusal leaves behind is taken back, and the refusal stored
            outcome = Success(do())
    except (CommandRefusedError, MarketError) as error:
        outcome = failure_of(error)
        if outcome.code in NOT_REMEMBERED:
            raise
    record.outcome = msgspec.json.encode(_stored(outcome)).decode()
    record.save(update_fields=["outcome"])
    return outcome


def _stored(outcome: Outcome) -> _Done | _Refused:
    if isinstance(outcome, Failure):
        return _Refused(outcome.code, outcome.message, dict(outcome.fields))
    return _Done({name: msgspec.Raw(msgspec.json.encode(value)) for name, value in outcome.data.items()})


def _remembered(record: CommandRecord) -> Outcome:
    stored = _decode(record.outcome)
    if isinstance(stored, _Refused):
        return Failure(stored.code, stored.message, stored.fields)
    return Success(stored.data)


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
