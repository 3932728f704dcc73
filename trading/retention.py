"""What the trading worker deletes when it is older than it is kept."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from streaming.times import moment
from streaming.workers.retention import Forget, RetentionRule, rows_delete_in_batches, unneeded_rows_delete
from trading.declared_workers import TRADING_WORKER
from trading.live.events.outbox import OUTBOX
from trading.models import (
    BY_HAND,
    UNFINISHED_BACKTESTS,
    Backtest,
    BookImbalance,
    ModelTraining,
    ModelVersion,
    Order,
    Recording,
    Strategy,
    StrategyDelivery,
    StrategySignal,
)
from trading.price_models.states import CURRENT

_BATCH = 50
_ORDERS_BATCH = 500
_RECORDINGS_BATCH = 5
_SIGNALS_BATCH = 500
_DELIVERIES_BATCH = 1000
_MODELS_BATCH = 20
_BOOKS_BATCH = 1000


def old_backtests_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the backtests that ended before BACKTESTS_KEPT_DAYS, with their results; none where that is 0."""
    days = settings.BACKTESTS_KEPT_DAYS
    before = moment(now_ms) - timedelta(days=days)
    if days:
        ended = Backtest.objects.exclude(state__in=UNFINISHED_BACKTESTS).filter(ended_at__lt=before)
        yield from rows_delete_in_batches(ended.order_by("ended_at"), size=_BATCH)


def old_orders_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the orders that ended before ORDERS_KEPT_DAYS, with their executions; none where that is 0.

    Those of a grid or a strategy are kept until it has ended as long ago. Nothing that counts is read from them:
    balances, lots and sums have rows of their own, and the audit stays.
    """
    days = settings.ORDERS_KEPT_DAYS
    before = moment(now_ms) - timedelta(days=days)
    of_ended = Q(sub_account__grid__ended_at__lt=before) | Q(sub_account__strategy__ended_at__lt=before)
    if days:
        old = Order.objects.filter(ended_at__lt=before)  # many of which may be those of grids that still run
        yield from unneeded_rows_delete(old, BY_HAND | of_ended, by="ended_at", size=_ORDERS_BATCH)


def old_recordings_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the recordings that began before TRADING_RECORDING_KEPT_DAYS, whole; none where that is 0."""
    days = settings.TRADING_RECORDING_KEPT_DAYS
    before = moment(now_ms) - timedelta(days=days)
    if days:
        yield from rows_delete_in_batches(Recording.objects.filter(started_at__lt=before), size=_RECORDINGS_BATCH)


def old_signals_forget(*, now_ms: int) -> Iterator[int]:
    """Delete the signals that strategies gave before STRATEGY_SIGNALS_KEPT_DAYS; none where that is 0.

    How many a strategy has given, and its last one, is remembered with it.
    """
    days = settings.STRATEGY_SIGNALS_KEPT_DAYS
    before = moment(now_ms) - timedelta(days=days)
    while days:
        oldest = StrategySignal.objects.order_by("pk").values_list("pk", "time")[:_SIGNALS_BATCH]
        ids = [pk for pk, time in oldest if time < before]  # by their ids, as no index has their times
        if not ids:
            return
        StrategySignal.objects.filter(pk__in=ids).delete()
        yield len(ids)


def old_deliveries_forget(*, now_ms: int) -> Iterator[int]:
    """Delete what strategies were told that ended before STRATEGY_DELIVERIES_KEPT_DAYS; nothing where that is 0.

    Of one that hasn't ended all is kept that it takes to build it anew: only what it was told of a past that was
    replaced since is deleted with it.
    """
    days = settings.STRATEGY_DELIVERIES_KEPT_DAYS
    if not days:
        return
    has_any = Exists(StrategyDelivery.objects.filter(strategy=OuterRef("pk")))
    ended = Strategy.objects.filter(has_any, ended_at__lt=moment(now_ms) - timedelta(days=days))
    for strategy in ended.values_list("pk", flat=True):  # one by one: those that still run have most of the rows
        yield from rows_delete_in_batches(StrategyDelivery.objects.filter(strategy=strategy), size=_DELIVERIES_BATCH)
    anew = Strategy.objects.filter(memory__forgotten_deliveries__gt=0)
    for strategy, forgotten in anew.values_list("pk", "memory__forgotten_deliveries"):
        settled = StrategyDelivery.objects.filter(strategy_id=strategy, number__lte=forgotten)
        yield from rows_delete_in_batches(settled, size=_DELIVERIES_BATCH)


def old_models_forget(*, now_ms: int) -> Iterator[int]:
    """Delete versions of models that are asked no more, and what is known of trainings that have ended.

    Those from before MODEL_VERSIONS_KEPT_DAYS; none where that is 0.
    """
    days = settings.MODEL_VERSIONS_KEPT_DAYS
    if not days:
        return
    before = moment(now_ms) - timedelta(days=days)
    yield from rows_delete_in_batches(ModelTraining.objects.filter(ended_at__lt=before), size=_MODELS_BATCH)
    asked_no_more = ModelVersion.objects.exclude(state__in=CURRENT).filter(trained_at__lt=before)
    yield from rows_delete_in_batches(asked_no_more, size=_MODELS_BATCH)


def old_books_forget(*, now_ms: int) -> Iterator[int]:
    """Delete how books stood at closes from before versions of models are kept, and before what is learnt from.

    Those from before MODEL_VERSIONS_KEPT_DAYS, or LEARNING_DAYS where that is longer; none where the first is 0.
    """
    if not settings.MODEL_VERSIONS_KEPT_DAYS:
        return
    days = max(settings.MODEL_VERSIONS_KEPT_DAYS, settings.LEARNING_DAYS + 1)
    before = now_ms - timedelta(days=days) // timedelta(milliseconds=1)
    while True:
        oldest = BookImbalance.objects.order_by("pk").values_list("pk", "close_time")[:_BOOKS_BATCH]
        ids = [pk for pk, close_time in oldest if close_time < before]  # by their ids, in the order of their times
        if not ids:
            return
        BookImbalance.objects.filter(pk__in=ids).delete()
        yield len(ids)


def _rule(what: str, forget: Forget, *, interval_setting: str = "ORDERS_FORGET_SECONDS") -> RetentionRule:
    return RetentionRule(what, forget, worker=TRADING_WORKER.name, interval_setting=interval_setting)


RETENTION = (
    _rule("backtests", old_backtests_forget, interval_setting="BACKTESTS_FORGET_SECONDS"),
    _rule("orders", old_orders_forget),
    _rule("recordings", old_recordings_forget),
    _rule("refused events", OUTBOX.old_refused_forget),
    _rule("signals", old_signals_forget),
    _rule("imbalances of books", old_books_forget),
    _rule("models", old_models_forget),
    _rule("strategy deliveries", old_deliveries_forget),
)
