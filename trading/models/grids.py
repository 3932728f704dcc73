"""Grids, and what each gap between two of their lines holds."""

from django.db import models
from django.db.models import Q

from streaming.database.choices import values_of
from streaming.database.constraints import not_negative
from streaming.database.exact_decimals import ExactDecimalField
from trading.engine.grid.state import GridState
from trading.engine.orders.state import OrderState
from trading.ids import new_grid_id
from trading.models.choices import GRID_STATES

ENDED_GRIDS = tuple(state.value for state in GridState if state.is_over)
"""The states of grids that do nothing any more."""
OPEN_ORDERS = tuple(state.value for state in OrderState if state.is_open)
"""The states of orders that rest, or are still to be looked at."""


class Grid(models.Model):
    """A grid that trades, with its sub-account.

    `parameters` are as they were given (`GridParameters`), with numbers as text; `investment` is what was moved in, of
    quote; `fee_rate` is both fees' rate, such as 0.001. `reason` says why it is in its state, by a code where it is
    paused (`exchange_down`). `memory` is the engine's (`GridMemory`) but for what other columns and the levels keep,
    as `trading.live.rows.grid_rows` writes it. `cycles` counts gaps that were bought and sold again.
    """

    id = models.CharField(primary_key=True, max_length=20, default=new_grid_id, editable=False)
    account = models.ForeignKey("trading.TradingAccount", on_delete=models.CASCADE, related_name="grids")
    symbol = models.CharField(max_length=64)
    parameters = models.JSONField(default=dict)
    investment = ExactDecimalField()
    fee_rate = ExactDecimalField()
    state = models.CharField(max_length=20, choices=GRID_STATES, default=GridState.CREATED.value)
    reason = models.CharField(max_length=500, blank=True)
    memory = models.JSONField(default=dict)
    cycles = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="grid_of_account"),
            models.Index(fields=["created_at"], name="grid_by_time"),
            models.Index(fields=["symbol"], condition=~Q(state__in=ENDED_GRIDS), name="grid_live"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=values_of(GridState)), name="grid_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=ENDED_GRIDS, ended_at__isnull=False)
                | (~Q(state__in=ENDED_GRIDS) & Q(ended_at__isnull=True)),
                name="grid_end_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        """Return the id and what it trades."""
        return f"{self.id}: {self.symbol}"


class GridLevel(models.Model):
    """A gap between two lines: what it `held` of base, and how many orders were ever placed for it on each side.

    `fraction` of base is what is held beyond whole steps; it `has_bought` since it last was empty. `reason` is the code
    of why an order that should be there isn't; empty where none is missing. A gap that the grid had before it got fewer
    lines has prices of 0.
    """

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="levels")
    gap = models.PositiveSmallIntegerField()
    lower_price = ExactDecimalField()
    upper_price = ExactDecimalField()
    held = ExactDecimalField(default=0)
    fraction = ExactDecimalField(default=0)
    buys_placed = models.PositiveIntegerField(default=0)
    sells_placed = models.PositiveIntegerField(default=0)
    has_bought = models.BooleanField(default=False)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        """One row for each gap."""

        ordering = ["gap"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "gap"], name="grid_level_is_one"),
            not_negative("held", name="grid_level_held_is_not_negative"),
        ]

    def __str__(self) -> str:
        """Return which gap it is."""
        return f"{self.lower_price} to {self.upper_price} of {self.grid_id}"
