"""The command `counting.count`. Its counters are rows of a table that is there anyway: the numbers of free leases."""

import os
import signal
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from streaming.commands.access import Who
from streaming.commands.context import CommandContext
from streaming.commands.errors import CommandRefusedError
from streaming.commands.outcome import CommandErrorCode
from streaming.commands.parameters import reader_of
from streaming.commands.registry import CommandKind
from streaming.market.errors import MarketBusyError
from streaming.models import Lease
from streaming.numbers import json_number
from tests.gateway.commands.counting.parameters import Count, Then

REFUSALS: Mapping[Then, Exception] = {
    Then.REFUSE: CommandRefusedError(CommandErrorCode.NOT_FOUND, "Not found", {"name": "no such counter"}),
    Then.BE_UNAVAILABLE: CommandRefusedError(CommandErrorCode.UNAVAILABLE, "Try again"),
    Then.BE_TOO_MUCH: MarketBusyError(7),
    Then.FAIL: KeyError("a fault of ours"),
}


def count(context: CommandContext, given: Count) -> Mapping[str, Any]:
    """Add one to the counter, and return its number twice: exactly, and as it is."""
    Lease.objects.get_or_create(name=given.name, defaults={"expires_at": timezone.now()})
    Lease.objects.filter(name=given.name).update(token=F("token") + 1)
    if given.then in REFUSALS:
        raise REFUSALS[given.then]
    if given.then is Then.DIE_BEFORE_COMMIT:
        die()
    if given.then is Then.DIE_AFTER_COMMIT:
        transaction.on_commit(die)
    if given.then is Then.ANSWER_WHAT_CAN_NOT_BE_WRITTEN:
        return {"count": object()}
    number = counted(given.name)
    return {"exact": json_number(Decimal(f"{number}.00000010")), "count": number}


def counted(name: str) -> int:
    """Return how often was counted."""
    return Lease.objects.filter(name=name).values_list("token", flat=True).first() or 0


def die() -> None:
    """End this process as a crash does, at once."""
    os.kill(os.getpid(), signal.SIGKILL)


COUNT = CommandKind(action="counting.count", access=Who.LOGIN, parameters=reader_of(Count), handler=count, changes=True)
