"""Backtests as their worker sees them: which is next, which are to end, and what came of one.

Whoever runs one has written its fencing number (`claim`) into its row. All that is stored of a run asks for that
number, so that a worker that has lost its lease, or a run that was deleted, leaves nothing behind.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from streaming.workers.worker import Backlog
from trading.backtests.services import CANCELLED
from trading.engine.backtests.checks.report import ChecksReport
from trading.events import BacktestPhase, BacktestState
from trading.models import UNFINISHED_BACKTESTS, Backtest, BacktestResult, BacktestTrials
from trading.running.packing import packed, unpacked

_MOST_CHECKS = 20
_TO_BE_DONE = Q(state__in=UNFINISHED_BACKTESTS) | Q(is_told=False) | Q(is_checking=True)
"""What there is for the worker to do; PostgreSQL finds each of the three by an index of its own."""
_LOST = "The worker ended while it ran, {} times"


class Commands(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done now: a backtest to run, the ids of those of ours that are to end, what is to be told,
    and whose checks are to be made in full.
    """

    claimed: Backtest | None
    cancelling: frozenset[str]
    running: frozenset[str]
    untold: Sequence[Backtest]
    checking: Sequence[Backtest]


_NOTHING = Commands(claimed=None, cancelling=frozenset(), running=frozenset(), untold=[], checking=[])


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended; `data` is its packed result, where it has one."""

    state: BacktestState
    reason: str = ""
    metrics: Mapping[str, Any] | None = None
    data: bytes | None = None
    hash: str = ""


def backtests_take_over(*, claim: int, held: Collection[str] = (), now: datetime) -> int:
    """Queue anew what a worker before us left running, and what of ours isn't `held` (ids), or end what was left too
    often; return how many there were.
    """
    left = list(Backtest.objects.filter(state=BacktestState.RUNNING.value).exclude(claim=claim, pk__in=held))
    for backtest in left:
        _give_up(backtest, now) if backtest.attempts >= settings.BACKTESTS_ATTEMPTS else backtest_put_back(
            backtest_id=backtest.pk, claim=backtest.claim, now=now
        )
    return len(left)


def commands_now(*, claim: int, has_room: bool, now: datetime) -> Commands:
    """Return what is to be done now; where there is room, one backtest is claimed.

    A worker asks several times a second, mostly for nothing: then it is one query.
    """
    if not Backtest.objects.filter(_TO_BE_DONE).exists():
        return _NOTHING
    ours = dict(
        Backtest.objects.filter(state=BacktestState.RUNNING.value, claim=claim).values_list("pk", "is_cancelling")
    )
    return Commands(
        claimed=_claimed(claim, now) if has_room else None,
        cancelling=frozenset(pk for pk, is_cancelling in ours.items() if is_cancelling),
        running=frozenset(ours),
        untold=list(Backtest.objects.filter(is_told=False)),
        checking=list(Backtest.objects.filter(is_checking=True).order_by("pk")[:_MOST_CHECKS]),
    )


def backtests_told(*, backtest_id: str, state: str) -> None:
    """Note that the owner has been told of a state, unless it is in another one by now."""
    Backtest.objects.filter(pk=backtest_id, state=state).update(is_told=True)


def progress_store(*, backtest_id: str, claim: int, phase: BacktestPhase, progress: float) -> None:
    """Store how far a run is, for whoever asks."""
    _ours(backtest_id, claim).update(phase=phase.value, progress=progress)


@transaction.atomic
def backtest_end(*, backtest_id: str, claim: int, ending: Ending, now: datetime) -> bool:
    """Store how a run ended, with its result; return False, having stored nothing, where it is no longer ours."""
    progress = {"progress": 1.0} if ending.state is BacktestState.COMPLETED else {}
    ended = _ours(backtest_id, claim).update(
        state=ending.state.value,
        reason=ending.reason[:500],
        metrics=ending.metrics,
        ended_at=now,
        is_told=False,
        **progress,
    )
    if ended and ending.data is not None:
        BacktestResult.objects.create(backtest_id=backtest_id, data=ending.data, hash=ending.hash)
    return bool(ended)


def backtest_put_back(*, backtest_id: str, claim: int | None, now: datetime, counts: bool = True) -> bool:
    """Queue a run again that was interrupted; one that is to end, ends.

    Without `counts` the attempt was none: it was no fault of the run.
    """
    row = _ours(backtest_id, claim)
    if row.filter(is_cancelling=True).update(
        state=BacktestState.CANCELLED.value, reason=CANCELLED, ended_at=now, is_told=False
    ):
        return True
    backtest = row.first()
    if backtest is None:
        return False
    attempts = backtest.attempts if counts else max(0, backtest.attempts - 1)
    return bool(row.update(state=BacktestState.CREATED.value, claim=None, phase="", progress=0.0, attempts=attempts))


@transaction.atomic
def checks_store(*, backtest_id: str, checks: ChecksReport | None) -> None:
    """Store the full checks of a run with its result, unless that was deleted; None where they can't be made."""
    row = BacktestResult.objects.select_for_update().filter(pk=backtest_id).first()
    if row is not None and checks is not None:
        row.data = packed(msgspec.structs.replace(unpacked(bytes(row.data)), checks=checks))
        row.save(update_fields=["data"])
    Backtest.objects.filter(pk=backtest_id).update(is_checking=False)


def trials_of(backtest: Backtest) -> int:
    """Return how many runs the owner has made on the symbol by now, this one too."""
    trials = BacktestTrials.objects.filter(owner_id=backtest.owner_id, symbol=backtest.symbol)
    return max(backtest.runs, trials.values_list("count", flat=True).first() or 0)


def backtest_backlog(now: datetime) -> Backlog:
    """Return what no worker has got to yet: it grows where none runs."""
    due = Backtest.objects.filter(state=BacktestState.CREATED.value).order_by("created_at")
    return Backlog(due=due.count(), oldest=due.values_list("created_at", flat=True).first())


def _claimed(claim: int, now: datetime) -> Backtest | None:
    """Claim the next one: of those users who have the fewest running, whoever has waited longest."""
    running = Counter(Backtest.objects.filter(state=BacktestState.RUNNING.value).values_list("owner_id", flat=True))
    most = settings.BACKTESTS_RUNNING_PER_USER
    full = [owner for owner, count in running.items() if count >= most]
    waiting = Backtest.objects.filter(state=BacktestState.CREATED.value).exclude(owner_id__in=full)
    oldest: dict[int, tuple[datetime, str]] = {}
    for owner, created, pk in waiting.order_by("created_at", "pk").values_list("owner_id", "created_at", "pk"):
        oldest.setdefault(owner, (created, pk))
    if not oldest:
        return None
    owner = min(oldest, key=lambda one: (running[one], oldest[one]))
    return _claim_one(oldest[owner][1], claim, now)


def _claim_one(backtest_id: str, claim: int, now: datetime) -> Backtest | None:
    is_claimed = Backtest.objects.filter(pk=backtest_id, state=BacktestState.CREATED.value).update(
        state=BacktestState.RUNNING.value,
        claim=claim,
        attempts=F("attempts") + 1,
        started_at=now,
        phase=BacktestPhase.CANDLES.value,
        progress=0.0,
        is_cancelling=False,
        is_told=True,
    )
    return _ours(backtest_id, claim).first() if is_claimed else None  # None: cancelled or deleted at this moment


def _give_up(backtest: Backtest, now: datetime) -> None:
    _ours(backtest.pk, backtest.claim).update(
        state=BacktestState.ERROR.value, reason=_LOST.format(backtest.attempts), ended_at=now, is_told=False
    )


def _ours(backtest_id: str, claim: int | None) -> QuerySet[Backtest]:
    return Backtest.objects.filter(pk=backtest_id, claim=claim, state=BacktestState.RUNNING.value)
