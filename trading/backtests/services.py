"""What changes backtests for their users: one function a use case, each in one transaction.

What a worker does with them stands in `queue`.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.user_lock import user_lock
from streaming.commands.errors import WrongParametersError
from streaming.database.caused_rows import caused_now
from streaming.times import milliseconds
from trading.backtests.checking import faults_of
from trading.backtests.errors import BacktestConflictError, BacktestNotFoundError
from trading.backtests.parameters import NewBacktest, NewSweep
from trading.backtests.stored_plans import columns_of, sweep_columns_of, sweep_plan_of
from trading.engine.backtests.sweeps.errors import SweepError
from trading.events import BacktestState
from trading.models import UNFINISHED_BACKTESTS, Backtest, BacktestTrials

_COPIED = (
    *("owner_id", "kind", "strategy", "symbol", "interval", "start", "end", "parameters", "sweep", "runs"),
    *("initial_capital", "fee_rate", "slippage", "fills", "live_strategy_id"),
)
CANCELLED = "cancelled"


@transaction.atomic
def backtest_create(
    *, owner_id: int, given: NewBacktest, now: datetime, live_strategy_id: str | None = None
) -> Backtest:
    """Queue a backtest; `live_strategy_id` is the live run whose hours it is over.

    Raise `WrongParametersError`, which names all that is wrong with it, and `BacktestConflictError` where the owner has
    as many as there may be.
    """
    _check_room(owner_id)
    if faults := faults_of(given, now_ms=milliseconds(now)):
        raise WrongParametersError(faults)
    return _queued(Backtest(owner_id=owner_id, live_strategy_id=live_strategy_id, **columns_of(given)), now)


@transaction.atomic
def sweep_create(*, owner_id: int, given: NewSweep, now: datetime) -> Backtest:
    """Queue a sweep; raise like `backtest_create`."""
    _check_room(owner_id)
    if faults := faults_of(given, now_ms=milliseconds(now)):
        raise WrongParametersError(faults)
    try:
        sweep = sweep_plan_of(given, now_ms=milliseconds(now))
    except SweepError as error:
        raise WrongParametersError(error.fields) from error
    columns = {**columns_of(given), **sweep_columns_of(sweep)}
    return _queued(Backtest(owner_id=owner_id, **columns), now)


@transaction.atomic
def backtest_run_again(*, backtest: Backtest, now: datetime) -> Backtest:
    """Queue the same backtest once more, for the same owner; raise like `backtest_create` where there is no room."""
    _check_room(backtest.owner_id)
    return _queued(Backtest(**{name: getattr(backtest, name) for name in _COPIED}), now)


@transaction.atomic
def backtest_cancel(*, backtest: Backtest, now: datetime) -> Backtest:
    """End a backtest: one that waits at once, one that runs within a second, which keeps what it has by then.

    Raise `BacktestConflictError` where it has ended.
    """
    backtest = _locked(backtest)
    if backtest.state == BacktestState.CREATED:
        backtest.state, backtest.reason, backtest.ended_at = BacktestState.CANCELLED.value, CANCELLED, now
        return _saved(backtest, "state", "reason", "ended_at", is_told=False)
    if backtest.state != BacktestState.RUNNING:
        raise BacktestConflictError(f"The backtest has ended; it is {backtest.state}")
    backtest.is_cancelling = True
    return _saved(backtest, "is_cancelling")


@transaction.atomic
def backtest_check(*, backtest: Backtest) -> Backtest:
    """Have the checks of a run made in full; whoever runs backtests does it, and stores them with the result."""
    backtest = _locked(backtest)
    backtest.is_checking = True
    return _saved(backtest, "is_checking")


@transaction.atomic
def backtest_delete(*, backtest: Backtest) -> None:
    """Delete a backtest with its result; the worker that runs it finds it gone, and leaves it."""
    _locked(backtest).delete()


def _queued(backtest: Backtest, now: datetime) -> Backtest:
    backtest.created_at = now
    for name, value in caused_now().items():
        setattr(backtest, name, value)
    backtest.save(force_insert=True)
    trials, _ = BacktestTrials.objects.get_or_create(owner_id=backtest.owner_id, symbol=backtest.symbol)
    trials.count += backtest.runs
    trials.save(update_fields=["count"])
    return backtest


def _check_room(owner_id: int) -> None:
    """Refuse one more than the most; the owner's row is locked, so that two at a time can't both be the last."""
    if not user_lock(owner_id):
        raise BacktestNotFoundError
    stored = Backtest.objects.filter(owner_id=owner_id)
    if stored.count() >= (most := settings.BACKTESTS_STORED_PER_USER):
        raise BacktestConflictError(f"There may be at most {most} backtests; delete one first")
    if stored.filter(state__in=UNFINISHED_BACKTESTS).count() >= (most := settings.BACKTESTS_QUEUED_PER_USER):
        raise BacktestConflictError(f"There may be at most {most} backtests at a time; wait until one has ended")


def _locked(backtest: Backtest) -> Backtest:
    """Return the backtest as it is now, which nobody else changes until the transaction ends."""
    found = Backtest.objects.select_for_update(of=("self",)).filter(pk=backtest.pk).first()
    if found is None:
        raise BacktestNotFoundError
    return found


def _saved(backtest: Backtest, *fields: str, **more: Any) -> Backtest:
    for name, value in more.items():
        setattr(backtest, name, value)
    backtest.save(update_fields=[*fields, *more])
    return backtest
