"""Strategies that trade live, the signals that they gave, and what it takes to let them decide the same again."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from streaming.database.choices import values_of
from streaming.database.constraints import not_negative
from streaming.database.exact_decimals import ExactDecimalField
from streaming.events import Interval
from trading.engine.live.strategies.state import StrategyState
from trading.ids import new_strategy_id
from trading.models.audit import AppendOnlyError
from trading.models.choices import INTERVALS, SIGNAL_ACTIONS, STRATEGY_STATES

ENDED_STRATEGIES = tuple(state.value for state in StrategyState if state.is_over)
"""The states of strategies that do nothing any more."""


class Strategy(models.Model):
    """A strategy that trades live on candles of one symbol, with its sub-account.

    `strategy` is its name in the registry; `parameters` are all of them, with numbers as text; `investment` is what was
    moved in, of quote. `reason` says why it is in its state, by a code where it is paused (`exchange_down`); of one
    that failed `traceback` is for staff. `candle_cursor` is when the last candle opened that it was told of (ms);
    `memory` is the engine's (`StrategyMemory`) but for what other columns keep. `is_public` is for staff to say.
    `backtest` is the one that it was started from, as long as that is kept.
    """

    id = models.CharField(primary_key=True, max_length=20, default=new_strategy_id, editable=False)
    account = models.ForeignKey("trading.TradingAccount", on_delete=models.CASCADE, related_name="strategies")
    strategy = models.CharField(max_length=64)
    symbol = models.CharField(max_length=64)
    interval = models.CharField(max_length=4, choices=INTERVALS)
    parameters = models.JSONField(default=dict)
    investment = ExactDecimalField()
    state = models.CharField(max_length=20, choices=STRATEGY_STATES, default=StrategyState.CREATED.value)
    reason = models.CharField(max_length=500, blank=True)
    traceback = models.TextField(blank=True)
    candle_cursor = models.BigIntegerField(null=True, blank=True)
    memory = models.JSONField(default=dict)
    is_public = models.BooleanField("public", default=False)
    backtest = models.ForeignKey(
        "trading.Backtest", on_delete=models.SET_NULL, null=True, blank=True, related_name="started_strategies"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-created_at", "-id"]
        verbose_name_plural = "strategies"
        indexes = [
            models.Index(fields=["account", "-created_at"], name="strategy_of_account"),
            models.Index(fields=["created_at"], name="strategy_by_time"),
            models.Index(fields=["symbol"], condition=~Q(state__in=ENDED_STRATEGIES), name="strategy_live"),
            models.Index(fields=["-created_at"], condition=Q(is_public=True), name="strategy_public"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=values_of(StrategyState)), name="strategy_state_is_known"),
            models.CheckConstraint(condition=Q(interval__in=values_of(Interval)), name="strategy_interval_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED_STRATEGIES, ended_at__isnull=False)
                | (~Q(state__in=ENDED_STRATEGIES) & Q(ended_at__isnull=True)),
                name="strategy_end_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        """Return the id, and what trades on which candles."""
        return f"{self.id}: {self.strategy} on {self.symbol} {self.interval}"


class StrategySignalQuerySet(models.QuerySet["StrategySignal"]):
    """Signals, which are read and added; they go with their strategy."""

    def update(self, **_: Any) -> NoReturn:
        """Refuse it."""
        raise AppendOnlyError("signals are never changed")


class StrategySignal(models.Model):
    """What a strategy advised at `time`, the market standing at `price`; `number` counts its signals from 1.

    `version` is that of the strategy's class, or of the model that it went by; empty where it isn't known any more. It
    speaks of the close `horizon` candles later.
    """

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="signals")
    number = models.PositiveIntegerField()
    version = models.CharField(max_length=32, blank=True, default="")
    time = models.DateTimeField()
    action = models.CharField(max_length=4, choices=SIGNAL_ACTIONS)
    price = ExactDecimalField()
    confidence = ExactDecimalField()
    reason = models.CharField(max_length=500, blank=True)
    horizon = models.PositiveIntegerField(default=1)

    objects = StrategySignalQuerySet.as_manager()

    class Meta:
        """The newest first; each once."""

        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="strategy_signal_is_one"),
            not_negative("confidence", name="strategy_signal_confidence"),
        ]

    def __str__(self) -> str:
        """Return what was advised, and by which."""
        return f"{self.action} by {self.strategy_id}"


class StrategyDelivery(models.Model):
    """Something besides candles that a strategy was told (`trading.engine.live.strategies.memory.Delivery`), as JSON.

    `number` counts them from 1: told all of them again, between its candles, a strategy stands where it stood.
    """

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="deliveries")
    number = models.PositiveIntegerField()
    delivery = models.TextField()

    class Meta:
        """The oldest first; each once."""

        ordering = ["number"]
        verbose_name_plural = "strategy deliveries"
        constraints = [models.UniqueConstraint(fields=["strategy", "number"], name="strategy_delivery_is_one")]

    def __str__(self) -> str:
        """Return which it is."""
        return f"{self.number} of {self.strategy_id}"
