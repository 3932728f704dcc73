"""What is known of the exchange's symbols."""

from django.db import models
from django.db.models import Q

from streaming.events import Source
from streaming.market.exact import ExactDecimalField

TRADING = "TRADING"
UNLISTED = "UNLISTED"
"""Our own status, beside the exchange's, for a symbol that it no longer lists."""


class SourceChoices(models.TextChoices):
    """Whose symbol it is."""

    BINANCE = Source.BINANCE.value, "Binance"
    SIMULATOR = Source.SIMULATOR.value, "Simulator"


class Symbol(models.Model):
    """One pair of assets that the exchange trades, or traded.

    `status` is the exchange's word (TRADING, END_OF_DAY, HALT, BREAK, CANCEL_ONLY and whatever it adds), or UNLISTED.
    Sizes are None where the exchange gives none.
    """

    name = models.CharField(max_length=64, unique=True)
    base = models.CharField("base asset", max_length=64)
    quote = models.CharField("quote asset", max_length=64)
    status = models.CharField(max_length=64, db_index=True)
    tick_size = ExactDecimalField(null=True, blank=True)
    step_size = ExactDecimalField(null=True, blank=True)
    minimum_notional = ExactDecimalField(null=True, blank=True)
    source = models.CharField(max_length=20, choices=SourceChoices)
    listed_at = models.DateTimeField("first seen at")
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~(Q(name="") | Q(base="") | Q(quote="") | Q(status="")), name="symbol_is_named"
            ),
            models.CheckConstraint(condition=Q(source__in=SourceChoices.values), name="symbol_source_is_known"),
        ]

    def __str__(self) -> str:
        """Return the symbol's name."""
        return self.name
