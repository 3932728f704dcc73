"""Backtests and their results."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from streaming.database.caused_rows import CausedRow
from streaming.database.exact_decimals import ExactDecimalField
from trading.backtests.ids import new_backtest_id
from trading.events import BacktestPhase, BacktestState

UNFINISHED_BACKTESTS = (BacktestState.CREATED.value, BacktestState.RUNNING.value)
"""The states of a backtest that hasn't ended."""


class BacktestKind(models.TextChoices):
    """One run, or many over values of parameters."""

    RUN = "run", "Run"
    SWEEP = "sweep", "Sweep"


STATES = [(state.value, state.value.capitalize()) for state in BacktestState]
PHASES = [(phase.value, phase.value.capitalize()) for phase in BacktestPhase]


class Backtest(CausedRow):
    """A strategy over candles of the past, for one user.

    `start` (included) and `end` (excluded) are ms since the epoch. `parameters` are the strategy's as they were given,
    with numbers as text; `sweep` are a sweep's own (`SweepTerms`), and `runs` is how many it
    makes. `claim` is the fencing number of the worker that runs it; `attempts` counts how often one has taken it up.
    `is_checking` is True while its checks are to be made in full. `is_told` is False while nobody has been told of the
    state that it is in. `progress` is from 0 to 1. `live_strategy` is the live run over whose hours it is made.
    """

    id = models.CharField(primary_key=True, max_length=20, default=new_backtest_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="backtests")
    kind = models.CharField(max_length=5, choices=BacktestKind, default=BacktestKind.RUN)
    strategy = models.CharField(max_length=64)
    symbol = models.CharField(max_length=64)
    interval = models.CharField(max_length=3)
    start = models.BigIntegerField("from")
    end = models.BigIntegerField("until")
    parameters = models.JSONField(default=dict)
    sweep = models.JSONField(null=True, blank=True)
    runs = models.PositiveIntegerField(default=1)
    initial_capital = ExactDecimalField()
    fee_rate = ExactDecimalField()
    slippage = ExactDecimalField()
    fills = models.CharField(max_length=10)
    live_strategy = models.ForeignKey(
        "trading.Strategy", on_delete=models.SET_NULL, null=True, blank=True, related_name="backtests_of_hours"
    )
    created_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=STATES, default=BacktestState.CREATED.value)
    reason = models.CharField(max_length=500, blank=True)
    phase = models.CharField(max_length=10, choices=PHASES, blank=True)
    progress = models.FloatField(default=0.0)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    metrics = models.JSONField(null=True, blank=True)
    is_cancelling = models.BooleanField(default=False)
    is_told = models.BooleanField(default=True)
    is_checking = models.BooleanField(default=False)
    claim = models.BigIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="backtest_of_owner"),
            models.Index(fields=["created_at"], name="backtest_by_time"),
            models.Index(fields=["created_at"], condition=Q(state__in=UNFINISHED_BACKTESTS), name="backtest_live"),
            models.Index(fields=["id"], condition=Q(is_told=False), name="backtest_untold"),
            models.Index(fields=["id"], condition=Q(is_checking=True), name="backtest_unchecked"),
            models.Index(fields=["ended_at"], name="backtest_ended"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in BacktestState], kind__in=BacktestKind.values),
                name="backtest_state_is_known",
            ),
            models.CheckConstraint(condition=Q(start__gte=0, end__gt=models.F("start")), name="backtest_has_a_range"),
        ]

    def __str__(self) -> str:
        """Return the id, and what it runs on."""
        return f"{self.id}: {self.strategy} on {self.symbol} {self.interval}"


class WithoutDataManager(models.Manager["BacktestResult"]):
    """Results without their data, which may be large: it is read only where it is asked for."""

    def get_queryset(self) -> models.QuerySet["BacktestResult"]:
        """Return all of them."""
        return super().get_queryset().defer("data")


class BacktestResult(models.Model):
    """What came of a backtest, in a row of its own: lists of backtests never read it.

    `data` is what `trading.running.packing` packs; `hash` names data, code and parameters.
    """

    backtest = models.OneToOneField(Backtest, on_delete=models.CASCADE, primary_key=True, related_name="result")
    data = models.BinaryField()
    hash = models.CharField(max_length=64)

    objects = models.Manager()
    without_data = WithoutDataManager()

    class Meta:
        """How the model is named, and how Django reads it by itself: to name what goes with a user who is deleted."""

        verbose_name = "result"
        base_manager_name = "without_data"

    def __str__(self) -> str:
        """Return whose result it is."""
        return f"result of {self.backtest_id}"


class BacktestTrials(models.Model):
    """How many runs a user has ever made on a symbol, those of sweeps and deleted ones too.

    The best of many runs looks better than it is; the deflated Sharpe ratio asks for how many there were.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    symbol = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        """One row for each user and symbol."""

        verbose_name_plural = "backtest trials"
        constraints = [models.UniqueConstraint(fields=["owner", "symbol"], name="backtest_trials_are_one")]

    def __str__(self) -> str:
        """Return what is counted."""
        return f"{self.count} runs on {self.symbol}"
