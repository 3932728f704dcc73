"""What is known of the exchange's symbols, and the candles that have closed."""

from django.db import models
from django.db.models import Q

from streaming.database.exact_decimals import ExactDecimalField
from streaming.events import Interval, Source
from streaming.market.sources import answers

TRADING = answers.TRADING
UNLISTED = "UNLISTED"
"""Our own status, beside the exchange's, for a symbol that it no longer lists."""


class SourceChoices(models.TextChoices):
    """Whose market it is."""

    BINANCE = Source.BINANCE.value, "Binance"
    COINBASE = Source.COINBASE.value, "Coinbase"
    COMBINED = Source.COMBINED.value, "Combined"
    KRAKEN = Source.KRAKEN.value, "Kraken"
    SIMULATOR = Source.SIMULATOR.value, "Simulator"


class IntervalChoices(models.TextChoices):
    """How long a candle is, in the exchange's spelling."""

    SECOND_1 = Interval.SECOND_1.value, "1 second"
    MINUTE_1 = Interval.MINUTE_1.value, "1 minute"
    MINUTE_3 = Interval.MINUTE_3.value, "3 minutes"
    MINUTE_5 = Interval.MINUTE_5.value, "5 minutes"
    MINUTE_15 = Interval.MINUTE_15.value, "15 minutes"
    MINUTE_30 = Interval.MINUTE_30.value, "30 minutes"
    HOUR_1 = Interval.HOUR_1.value, "1 hour"
    HOUR_2 = Interval.HOUR_2.value, "2 hours"
    HOUR_4 = Interval.HOUR_4.value, "4 hours"
    HOUR_6 = Interval.HOUR_6.value, "6 hours"
    HOUR_8 = Interval.HOUR_8.value, "8 hours"
    HOUR_12 = Interval.HOUR_12.value, "12 hours"
    DAY_1 = Interval.DAY_1.value, "1 day"
    DAY_3 = Interval.DAY_3.value, "3 days"
    WEEK_1 = Interval.WEEK_1.value, "1 week"
    MONTH_1 = Interval.MONTH_1.value, "1 month"


class Symbol(models.Model):
    """One pair of assets that the exchange trades, or traded.

    `status` is the exchange's word (TRADING, END_OF_DAY, HALT, BREAK, CANCEL_ONLY and whatever it adds), or UNLISTED.
    Sizes, and the least and the greatest quantity of an order, are None where the exchange gives none. So are the
    multipliers, between which and the market's average price an order's price must be: of one that buys (`bid_…`), and
    of one that sells (`ask_…`); and `maximum_orders`, the most orders that an account may have open.
    """

    name = models.CharField(max_length=64, unique=True)
    base = models.CharField("base asset", max_length=64)
    quote = models.CharField("quote asset", max_length=64)
    status = models.CharField(max_length=64, db_index=True)
    tick_size = ExactDecimalField(null=True, blank=True)
    step_size = ExactDecimalField(null=True, blank=True)
    minimum_quantity = ExactDecimalField(null=True, blank=True)
    maximum_quantity = ExactDecimalField(null=True, blank=True)
    minimum_notional = ExactDecimalField(null=True, blank=True)
    bid_multiplier_down = ExactDecimalField(null=True, blank=True)
    bid_multiplier_up = ExactDecimalField(null=True, blank=True)
    ask_multiplier_down = ExactDecimalField(null=True, blank=True)
    ask_multiplier_up = ExactDecimalField(null=True, blank=True)
    maximum_orders = models.PositiveIntegerField(null=True, blank=True)
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


class Candle(models.Model):
    """One candle that has closed. Written by `candles.storage` alone, which checks what a database can't say.

    `symbol` is a name, not a reference: what the exchange no longer lists keeps its past. `open_time` is in ms since
    the epoch; `volume` in base units, `quote_volume` in quote units. `repaired` marks one that was fetched later to
    fill a hole of the stream. Its one index beside the key, of the unique constraint, serves every read of a range.
    """

    source = models.CharField(max_length=20, choices=SourceChoices)
    symbol = models.CharField(max_length=64)
    interval = models.CharField(max_length=3, choices=IntervalChoices)
    open_time = models.BigIntegerField("opens at")
    open = ExactDecimalField()
    high = ExactDecimalField()
    low = ExactDecimalField()
    close = ExactDecimalField()
    volume = ExactDecimalField()
    quote_volume = ExactDecimalField()
    trades = models.BigIntegerField()
    repaired = models.BooleanField(default=False)

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["source", "symbol", "interval", "open_time"]
        constraints = [
            models.UniqueConstraint(fields=["source", "symbol", "interval", "open_time"], name="candle_is_unique"),
            models.CheckConstraint(
                condition=Q(source__in=SourceChoices.values, interval__in=IntervalChoices.values) & ~Q(symbol=""),
                name="candle_series_is_known",
            ),
            models.CheckConstraint(condition=Q(open_time__gte=0, trades__gte=0), name="candle_counts_from_zero"),
        ]

    def __str__(self) -> str:
        """Return which candle it is."""
        return f"{self.symbol} {self.interval} {self.open_time}"


class CandleGap(models.Model):
    """Candles that the exchange itself doesn't have: from before a symbol's first, or of its maintenance.

    `start` and `end` are when the first and the last of them would open (ms since the epoch). They aren't asked for
    again until somebody deletes the row.
    """

    source = models.CharField(max_length=20, choices=SourceChoices)
    symbol = models.CharField(max_length=64)
    interval = models.CharField(max_length=3, choices=IntervalChoices)
    start = models.BigIntegerField("first opens at")
    end = models.BigIntegerField("last opens at")

    class Meta:
        """How the model is shown and what always holds."""

        ordering = ["source", "symbol", "interval", "start"]
        constraints = [
            models.UniqueConstraint(fields=["source", "symbol", "interval", "start"], name="candle_gap_is_unique"),
            models.CheckConstraint(
                condition=Q(source__in=SourceChoices.values, interval__in=IntervalChoices.values) & ~Q(symbol=""),
                name="candle_gap_series_is_known",
            ),
            models.CheckConstraint(
                condition=Q(start__gte=0, end__gte=models.F("start")), name="candle_gap_ends_after_its_start"
            ),
        ]

    def __str__(self) -> str:
        """Return which candles are missing."""
        return f"{self.symbol} {self.interval} {self.start} to {self.end}"
